import { defineConfig } from 'vitest/config';
import { createTallyReporter } from './tools/test/tally-reporter.ts';

const tallyFile = process.env['ACGS_TEST_TALLY'];

export default defineConfig({
  test: {
    include: [
      'src/**/*.test.ts',
      'tests/**/*.test.ts',
      'tools/**/*.test.ts',
      'bench/**/*.test.ts',
      'console/src/**/*.test.ts',
    ],
    reporters: ['default', ...(tallyFile === undefined ? [] : [createTallyReporter(tallyFile)])],
    testTimeout: 30_000,
    hookTimeout: 60_000,
    coverage: {
      provider: 'v8',
      include: ['src/**/*.ts'],
      exclude: ['**/*.test.ts', '**/*.bench.ts'],
      reporter: ['text-summary', 'json-summary'],
      reportOnFailure: true,
      // The bound is kept by tools/test/run.ts, so that a run of one file is not refused.
    },
  },
});
