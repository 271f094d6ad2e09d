import { CommanderError } from 'commander';
import { expect, test } from 'vitest';
import packageJson from '../../../package.json' with { type: 'json' };
import { CATALOG } from '../../../src/command/catalog.ts';
import { EXIT_CODES } from '../../../src/command/exit-code.ts';
import { createProgram } from '../../../src/command/program.ts';

/** What the program prints, and what it throws, for these arguments. */
async function run(...args: string[]) {
  const out: string[] = [];
  const err: string[] = [];
  const program = await createProgram(args);
  const output = { writeOut: (text: string) => void out.push(text), writeErr: (text: string) => void err.push(text) };
  const settle = (command: typeof program) => {
    command.configureOutput(output);
    command.commands.forEach(settle);
  };
  settle(program);
  const thrown: unknown = await program.parseAsync(args, { from: 'user' }).then(
    () => undefined,
    (error: unknown) => error,
  );
  return { out: out.join(''), err: err.join(''), thrown };
}

test('the help lists all commands by their groups, examples and exit codes', async () => {
  const { out } = await run('--help');
  for (const { name, group } of CATALOG) {
    const [, section = ''] = out.split(`${group}\n`);
    expect(section.split('\n\n')[0]).toMatch(new RegExp(`^  ${name} `, 'm'));
  }
  for (const { code, meaning } of Object.values(EXIT_CODES))
    expect(out).toMatch(new RegExp(`^  ${code} +${meaning}$`, 'm'));
  expect(out).toContain('Examples:');
});

test('the version is that of the package', async () => {
  expect((await run('--version')).out).toBe(`${packageJson.version}\n`);
});

test('a mistyped command or option is told with what was probably meant', async () => {
  expect((await run('cofnig')).err).toContain('Did you mean config?');
  expect((await run('config', 'check', '--confg', 'x')).err).toContain('Did you mean --config?');
});

test('commands throw instead of ending the process, two levels down too', async () => {
  expect((await run('config', 'check', '--nope')).thrown).toBeInstanceOf(CommanderError);
  expect((await run('config', 'check', 'superfluous')).thrown).toBeInstanceOf(CommanderError);
});

test('only the command that is asked for is loaded', async () => {
  const program = await createProgram(['config', 'check']);
  const loaded = program.commands.filter((command) => command.description() !== '' && command.name() !== 'help');
  expect(loaded.map((command) => command.name())).toEqual(['config']);
});
