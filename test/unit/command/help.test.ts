import { Command } from 'commander';
import { expect, test } from 'vitest';
import { withExamples } from '../../../src/command/help.ts';

test('examples stand at the end of the help, each with what it does', () => {
  const help: string[] = [];
  const command = new Command('x').configureOutput({ writeOut: (text) => void help.push(text) });
  withExamples(command, [
    ['Do it', 'callmatch x'],
    ['Do it twice', 'callmatch x --twice'],
  ]).outputHelp();
  expect(
    help.join('').endsWith('\nExamples:\n  # Do it\n  $ callmatch x\n  # Do it twice\n  $ callmatch x --twice\n'),
  ).toBe(true);
});
