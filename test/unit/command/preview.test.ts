/** The arguments of `callmatch preview`. What it does with a topic: test/scenario/preview.test.ts. */
import { expect, test } from 'vitest';
import { exitCodeOf } from '../../../src/command/exit-code.ts';
import { createProgram } from '../../../src/command/program.ts';

async function failureOf(...args: string[]): Promise<unknown> {
  const program = await createProgram(['preview', ...args]);
  for (const command of [program, ...program.commands]) command.configureOutput({ writeErr() {} });
  const config = ['--set', 'sources.0.topic=calls', '--set', 'portals.main.token=unused'];
  return program.parseAsync(['node', 'callmatch', 'preview', ...args, ...config]).catch((error: unknown) => error);
}

test.each([
  [[], "required option '--from <where>' not specified"],
  [['--from', 'yesterday'], '--from yesterday: expected earliest'],
  [['--from', 'earliest', '--to', '2999-01-01T00:00Z'], '--to 2999-01-01T00:00Z is in the future'],
  [['--from', '-24h', '--partitions', 'x'], '--partitions x: expected numbers'],
  [['--from', '-24h', '--limit', '0'], 'Write an integer from 1 on.'],
  [['--from', '-24h', '--sample', '-1'], 'Write an integer from 0 on.'],
  [['--from', '-24h', '--topic', 'other'], 'other is no source; those are calls'],
])('%j ends with code 2: %s', { timeout: 60_000 }, async (args, reason) => {
  const failure = await failureOf(...args);
  expect(String(failure)).toContain(reason);
  expect(exitCodeOf(failure)).toBe(2);
});
