import { describe, expect, it } from 'vitest';
import { checkKept } from '../../../src/schemas/check.ts';
import { readKeptSchemas } from '../../../src/schemas/kept.ts';

const schema = (type: unknown, more: object = {}) =>
  JSON.stringify({ type: 'record', name: 'Call', fields: [{ name: 'a', type, default: null, ...more }] });
const TEXT = schema(['null', 'string']);
const NUMBER = schema(['null', 'int']);
const BARE = JSON.stringify({ type: 'record', name: 'Call', fields: [] });

const check = (current: string, ...versions: string[]) =>
  checkKept({
    name: 'call',
    schema: current,
    versions: versions.map((each, index) => ({ version: index + 1, schema: each })),
  });

describe('checkKept', () => {
  it('finds nothing in the schemas of this repository', async () => {
    const checks = (await readKeptSchemas()).flatMap(checkKept);
    expect(checks.length).toBeGreaterThan(1);
    expect(checks.flatMap(({ problems }) => problems)).toEqual([]);
  });

  it('compares with every version, not only with the newest', () => {
    // Each can follow the one before it, but text and number cannot both be read.
    expect(check(NUMBER, TEXT, BARE, NUMBER)).toMatchObject([
      {
        schema: 'call',
        against: 'version 1',
        problems: [/new readers/, /old readers/].map((text) => expect.stringMatching(text)),
      },
      { against: 'version 2', problems: [] },
      { against: 'version 3', problems: [] },
    ]);
  });

  it('wants a changed schema to be kept, under the next number', () => {
    const [first] = check(TEXT, BARE);
    expect(first?.problems).toEqual(['it has changed since; keep it as schemas/versions/call/2.avsc']);
    expect(check(TEXT)).toEqual([
      { schema: 'call', against: 'no version', problems: ['keep it as schemas/versions/call/1.avsc'] },
    ]);
  });

  it('lets the documentation change', () => {
    expect(check(schema(['null', 'string'], { doc: 'Better.' }), TEXT)).toMatchObject([{ problems: [] }]);
  });
});
