import { PassThrough } from 'node:stream';
import { expect, test } from 'vitest';
import { errorReport } from '../../../src/command/error-report.ts';
import { ERRORS } from '../../../src/error-table.ts';
import { CallmatchError } from '../../../src/errors.ts';

const stream = new PassThrough();
const report = (error: unknown, verbose = false) => errorReport(error, { verbose, stream });

test('a failure of ours is told with its code and what to do', () => {
  expect(report(new CallmatchError('topic-missing', 'There is no topic calls.cdr.'))).toBe(
    `topic-missing: There is no topic calls.cdr.\nWhat to do: ${ERRORS['topic-missing'].remedy}`,
  );
});

test('the stack and the causes come only when they are asked for', () => {
  const error = new CallmatchError('broker-unavailable', 'x', { cause: new Error('connect ECONNREFUSED') });
  expect(report(error)).not.toContain('error-report.test.ts');
  expect(report(error, true)).toMatch(/error-report\.test\.ts.*connect ECONNREFUSED/s);
});

test('anything else is an internal error, and the way to its stack is told', () => {
  expect(report(new TypeError('x is undefined'))).toMatch(/^internal error: x is undefined\n.*--verbose/);
  expect(report('thrown text', true)).toContain('internal error: thrown text');
});

test('an error without a message still says something', () => {
  const refused = new AggregateError([new Error('connect ECONNREFUSED ::1:9092'), new Error('and 127.0.0.1:9092')]);
  expect(report(refused)).toContain('connect ECONNREFUSED ::1:9092; and 127.0.0.1:9092');
  expect(report(new Error(''))).toMatch(/^internal error: Error/);
});

test('secrets and phone numbers are masked, in the stack too', () => {
  const error = new Error('Bearer abc123def failed for +41791234567');
  expect(report(error, true)).not.toMatch(/abc123def|41791234567/);
});

test('there are no colours where they cannot be shown', () => {
  expect(report(new Error('x'), true)).not.toContain('\u001b');
});
