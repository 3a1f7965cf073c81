import { main } from '#apps/cli/main.ts';

// Where an image of the server begins; `bin/acgs.js` is its like for everything that runs from the sources. The processes beside
// the server run from them and keep what they compile, which the image has no use for.
if (process.env['NODE_DISABLE_COMPILE_CACHE'] === 'server') delete process.env['NODE_DISABLE_COMPILE_CACHE'];
process.exitCode = await main(process.argv.slice(2));
