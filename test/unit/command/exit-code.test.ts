import { CommanderError } from 'commander';
import { expect, test } from 'vitest';
import { CommandEnd, EXIT_CODES, exitCodeOf } from '../../../src/command/exit-code.ts';
import { CallmatchError, type ErrorCode } from '../../../src/errors.ts';

test.each<[ErrorCode, number]>([
  ['config-invalid', 2],
  ['mapping-invalid', 2],
  ['offsets-invalid', 2],
  ['dependency-missing', 3],
  ['group-active', 3],
  ['topic-missing', 3],
  ['schema-missing', 3],
  ['broker-unavailable', 3],
  ['registry-unavailable', 3],
  ['crm-unauthorized', 3],
  ['drain-timeout', 5],
  ['consumer-crashed', 1],
  ['undecodable', 1],
])('%s ends a command with %d', (code, exitCode) => {
  expect(exitCodeOf(new CallmatchError(code, 'x'))).toBe(exitCode);
});

test('wrong usage is 2; help and version are no failure', () => {
  expect(exitCodeOf(new CommanderError(1, 'commander.unknownOption', 'x'))).toBe(2);
  expect(exitCodeOf(new CommanderError(0, 'commander.helpDisplayed', 'x'))).toBe(0);
});

test('a command may end itself with a code', () => {
  expect(exitCodeOf(new CommandEnd('findings'))).toBe(4);
  expect(exitCodeOf(new CommandEnd('secondSignal'))).toBe(130);
});

test.each([new Error('x'), 'x', undefined])('anything else is an internal error: %s', (thrown) => {
  expect(exitCodeOf(thrown)).toBe(1);
});

test('no code has two meanings', () => {
  const codes = Object.values(EXIT_CODES).map(({ code }) => code);
  expect(codes).toEqual([0, 1, 2, 3, 4, 5, 130]);
});
