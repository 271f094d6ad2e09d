/** Counting what vitest reports, such that nothing that went wrong is counted as nothing. */

export interface Tally {
  readonly passed: number;
  readonly failed: number;
}

/** The part of vitest's JSON report that is counted. */
export interface Report {
  readonly numPassedTests: number;
  readonly numFailedTests: number;
  readonly testResults: readonly {
    readonly status: string;
    readonly assertionResults: readonly { readonly status: string }[];
  }[];
}

/**
 * `report` is undefined when vitest wrote none: it crashed. A file that failed without a failed test (it cannot be
 * loaded, a hook threw) counts as one, and so does a run that ends badly though every test passed (an error that no
 * test caught, a teardown that failed), and a run without any test.
 */
export function tallyOf(report: Report | undefined, exitCode: number | null): Tally {
  if (report === undefined) return { passed: 0, failed: 1 };
  const brokenFiles = report.testResults.filter(
    ({ status, assertionResults }) => status === 'failed' && !assertionResults.some((test) => test.status === 'failed'),
  ).length;
  const passed = report.numPassedTests;
  const failed = report.numFailedTests + brokenFiles;
  const somethingElse = failed === 0 && (exitCode !== 0 || passed === 0);
  return { passed, failed: failed + (somethingElse ? 1 : 0) };
}

export function sum(tallies: readonly Tally[]): Tally {
  return {
    passed: tallies.reduce((total, { passed }) => total + passed, 0),
    failed: tallies.reduce((total, { failed }) => total + failed, 0),
  };
}
