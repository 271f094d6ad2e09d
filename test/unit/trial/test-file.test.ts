import { join } from 'node:path';
import { describe, expect, it } from 'vitest';
import { readTestFile, renderTestSchema } from '../../../src/trial/test-file.ts';
import { mappingFolder } from '../../support/mapping-folder.ts';

async function read(text: string) {
  await using folder = await mappingFolder({ 'a.test.yaml': text });
  return await readTestFile(join(folder.path, 'a.test.yaml'));
}

describe('a test file', () => {
  it('has cases, of which one takes over from another', async () => {
    const file = await read(`
source: { defaultCountry: CH, parameters: { list: [a, b] } }
cases:
  - name: one
    records: [{ value: &one { id: 1 }, at: 2026-01-15T09:31:00Z, headers: { a: b }, key: k }]
    expect: [{ call: { externalCallId: "1" } }]
  - name: other
    records: [{ value: { <<: *one, kind: chat } }, { value: null }, { file: a.csv, lines: true }]
    expect: [{ skipped: not-voice, outcome: {} }, { buried: undecodable, says: cut }, { folded: true }]
`);
    expect(file.cases[1]?.records).toEqual([
      { value: { id: 1, kind: 'chat' } },
      { value: null },
      { file: 'a.csv', lines: true },
    ]);
  });

  it.each([
    ['cases: []', 'cases: '],
    ['cases: [{ name: a, records: [{ value: 1, file: x }], expect: [] }]', 'cases[0].records[0]: a value or a file'],
    ['cases: [{ name: a, records: [{}], expect: [] }]', 'cases[0].records[0]: a value or a file'],
    ['cases: [{ name: a, records: [{ value: 1, at: x }], expect: [] }]', 'cases[0].records[0].at: a time such as'],
    ['cases: [{ name: a, records: [{ value: 1 }], expect: [{ skipped: x }] }]', 'cases[0].expect[0].skipped: '],
    ['cases: [{ name: a, records: [{ value: 1 }], expect: [{ folded: true, call: {} }] }]', 'cases[0].expect[0]: '],
    ['cases: [{ name: a, records: [{ value: 1 }], expects: [] }]', 'Unrecognized key: "expects"'],
    ['cases: [', 'this is no YAML:\n  line 1'],
  ])('%s has a mistake with its place', async (text, message) => {
    await expect(read(text)).rejects.toThrow(message);
  });

  it('that is not there is told by its path', async () => {
    await expect(readTestFile('/nowhere/a.test.yaml')).rejects.toThrow(/^\/nowhere\/a\.test\.yaml: ENOENT/);
  });
});

it('the schema for editors describes every part of it', () => {
  const schema = JSON.parse(renderTestSchema());
  expect(schema.$schema).toContain('draft-07');
  expect(Object.keys(schema.properties.cases.items.properties)).toEqual(['name', 'source', 'records', 'expect']);
});
