import type { Command } from 'commander';
import { describe, expect, test } from 'vitest';
import { CATALOG } from '../../../src/command/catalog.ts';

/** A command and all commands below it. */
function family(command: Command): Command[] {
  return [command, ...command.commands.flatMap(family)];
}

/** The first test of a command loads all that it imports, which takes the test runner a while. */
const LOADING_MS = 60_000;

describe.each(CATALOG)('$name', { timeout: LOADING_MS }, ({ name, summary, load }) => {
  test('is what its file makes, and every part of it is described', async () => {
    const command = await load();
    expect(command.name()).toBe(name);
    for (const member of family(command)) expect(member.description(), member.name()).not.toBe('');
  });

  test('has a summary that fits the others: no capital, no full stop', () => {
    expect(summary).toMatch(/^[a-z].*[^.]$/);
  });

  test('shows examples in its help, or its subcommands do', async () => {
    const command = await load();
    for (const leaf of family(command).filter(({ commands }) => commands.length === 0)) {
      const help: string[] = [];
      leaf.configureOutput({ writeOut: (text) => void help.push(text) }).outputHelp();
      expect(help.join(''), leaf.name()).toContain('Examples:\n');
    }
  });
});

test('names are there once', () => {
  expect(new Set(CATALOG.map(({ name }) => name)).size).toBe(CATALOG.length);
});
