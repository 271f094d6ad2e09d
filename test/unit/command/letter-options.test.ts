import { Command } from 'commander';
import { expect, it } from 'vitest';
import { filterOf, type LetterFlags, topicsOf, withLetterOptions } from '../../../src/command/letter-options.ts';
import { configSchema } from '../../../src/config/schema.ts';

function flagsOf(...args: string[]): LetterFlags {
  const command = withLetterOptions(new Command('x')).exitOverride();
  return command.parse(args, { from: 'user' }).opts();
}

const config = (...topics: string[]) =>
  configSchema.parse({
    kafka: { brokers: ['a:9092'] },
    registry: { url: 'http://127.0.0.1:1' },
    sources: topics.map((topic) => ({ topic })),
    portals: { main: { token: 'secret-token' } },
  });

it('says which letters are meant', () => {
  const flags = flagsOf(
    '--code',
    'poison',
    '--code',
    'crm-rejected',
    '--portal',
    'a',
    '--offset',
    '0:4',
    '--to',
    '2026-01-15T00:00:00Z',
  );
  expect(filterOf(flags)).toEqual({
    codes: ['poison', 'crm-rejected'],
    portals: ['a'],
    externalIds: undefined,
    places: [{ partition: 0, offset: 4 }],
    from: undefined,
    to: Date.UTC(2026, 0, 15),
  });
  expect(() => flagsOf('--from', 'earliest')).toThrow(/expected a time/);
});

it('means the letters of all sources, or of those that are named', () => {
  expect(topicsOf(config('a', 'b'), flagsOf())).toEqual(['a', 'b']);
  expect(topicsOf(config('a', 'b'), flagsOf('--topic', 'b', '--offset', '0:1'))).toEqual(['b']);
  expect(() => topicsOf(config('a'), flagsOf('--topic', 'c'))).toThrow(/no source/);
  expect(() => topicsOf(config('a', 'b'), flagsOf('--offset', '0:1'))).toThrow(/--topic/);
});
