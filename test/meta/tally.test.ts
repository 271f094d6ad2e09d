import { describe, expect, it } from 'vitest';
import { type Report, sum, tallyOf } from '../support/tally.ts';

const report = (...files: string[][]): Report => {
  const all = files.flat();
  return {
    numPassedTests: all.filter((status) => status === 'passed').length,
    numFailedTests: all.filter((status) => status === 'failed').length,
    testResults: files.map((tests) => ({
      status: tests.length === 0 || tests.includes('failed') ? 'failed' : 'passed',
      assertionResults: tests.map((status) => ({ status })),
    })),
  };
};

describe('tallyOf', () => {
  it('counts tests', () => {
    expect(tallyOf(report(['passed', 'failed'], ['passed', 'passed']), 1)).toEqual({ passed: 3, failed: 1 });
    expect(tallyOf(report(['passed']), 0)).toEqual({ passed: 1, failed: 0 });
  });

  it.each([
    ['a file that cannot be loaded', report(['passed'], []), 1],
    ['a run that ends badly though its tests passed', report(['passed']), 1],
    ['a run that was killed', report(['passed']), null],
  ])('counts %s as a failure', (_, result, exitCode) => {
    expect(tallyOf(result, exitCode)).toEqual({ passed: 1, failed: 1 });
  });

  it('counts a run without tests or without a report as a failure', () => {
    expect(tallyOf(report(), 0)).toEqual({ passed: 0, failed: 1 });
    expect(tallyOf(undefined, 0)).toEqual({ passed: 0, failed: 1 });
  });
});

it('sum adds up', () => {
  expect(
    sum([
      { passed: 1, failed: 2 },
      { passed: 10, failed: 20 },
    ]),
  ).toEqual({ passed: 11, failed: 22 });
});
