import fc from 'fast-check';
import { differences, MODES } from './compare.ts';
import { REQUESTS_PER_WORLD, world } from './worlds.ts';

/** Run by `no-code-generation.test.ts` with a mode: 50 worlds, compared with cedar-wasm. */
const mode = MODES.find((each) => each === process.argv[2]);
if (mode === undefined) throw new Error('which mode?');
const worlds = fc.sample(world, { seed: 11, numRuns: 50 });
const found = worlds.flatMap((each) => differences(each, { modes: [mode] }));
console.log(`${worlds.length * REQUESTS_PER_WORLD} answers, ${found.length} differences`);
