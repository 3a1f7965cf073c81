import { randomFrom } from '../../tests/support/random.ts';

/**
 * What agents ask during a day, made up by a rule that is said here, so that a hit rate can be judged: a share `uniqueShare` of
 * the commands is never seen again (commits with their own message, one-off edits and searches); the others are drawn from
 * `COMMAND_COUNT` commands by Zipf's law (rank r with weight 1 / r^`EXPONENT`), as shell histories are distributed. Seeded.
 */
const COMMAND_COUNT = 400;
const EXPONENT = 1.1;

const REPEATED: readonly ((at: number) => string)[] = [
  (at) => ['git status --short', 'npm test', 'git diff', 'ls -la', 'npm run check'][at % 5] ?? 'ls',
  (at) => `npm test -- --run src/part-${at}`,
  (at) => `sed -n 1,120p src/part-${at}/index.ts`,
  (at) => `rg -n "create${at}" src | head -40`,
  (at) => `git diff HEAD -- src/part-${at}`,
  (at) => `cat src/part-${at}/schema.json | jq .items`,
  (at) => `cd web && npx vite build --mode m${at} > /tmp/build-${at}.log 2>&1; tail -20 /tmp/build-${at}.log`,
  (at) => `find src/part-${at} -name "*.ts" | xargs wc -l`,
];
const UNIQUE: readonly ((at: number) => string)[] = [
  (at) => `git add -A && git commit -m "Change number ${at}"`,
  (at) => `rg -n "symbol_${at}" src tests`,
  (at) => `sed -i 's/old_${at}/new_${at}/' src/index.ts`,
  (at) => `mkdir -p out/run-${at} && cp -r dist out/run-${at}`,
];

export function trafficCommands(options: {
  readonly count: number;
  readonly uniqueShare: number;
  readonly seed: number;
}): readonly string[] {
  const random = randomFrom(options.seed);
  const weights = Array.from({ length: COMMAND_COUNT }, (_, at) => 1 / (at + 1) ** EXPONENT);
  const total = weights.reduce((sum, weight) => sum + weight, 0);
  const rank = (): number => {
    let left = random() * total;
    const found = weights.findIndex((weight) => {
      left -= weight;
      return left <= 0;
    });
    return found === -1 ? COMMAND_COUNT - 1 : found;
  };
  return Array.from({ length: options.count }, (_, number) => {
    if (random() < options.uniqueShare) return UNIQUE[number % UNIQUE.length]?.(number) ?? '';
    const at = rank();
    return REPEATED[at % REPEATED.length]?.(at) ?? '';
  });
}
