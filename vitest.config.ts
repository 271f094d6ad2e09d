/** Two suites: `unit` needs nothing but Node; `scenario` runs against a real broker and registry, started once. */
import { defineConfig } from 'vitest/config';

export default defineConfig({
  test: {
    projects: [
      {
        test: {
          name: 'unit',
          include: ['test/unit/**/*.test.ts', 'test/meta/**/*.test.ts'],
          // A property test of seconds takes several times as long on a machine that has more to do.
          testTimeout: 30_000,
        },
      },
      {
        test: {
          name: 'scenario',
          include: ['test/scenario/**/*.test.ts'],
          globalSetup: ['test/support/stack.ts'],
          testTimeout: 60_000,
          hookTimeout: 60_000,
        },
      },
    ],
    // Every file is a process of its own: a scenario shares no state of kafkajs with another.
    pool: 'forks',
    // More at a time would make the one broker, not the code, decide the timing.
    maxWorkers: 2,
  },
});
