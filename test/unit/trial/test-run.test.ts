import { join } from 'node:path';
import { describe, expect, it } from 'vitest';
import { runTestFile } from '../../../src/trial/test-run.ts';
import { avroFile } from '../../support/avro-file.ts';
import { mappingFolder, SMALL_MAPPING } from '../../support/mapping-folder.ts';

const RECORD = '{ id: 1, state: ok, from: "+41315550179", to: "+41315550100" }';

/** The cases of `small.test.yaml`, by name: what differs. */
async function run(cases: string, files: Readonly<Record<string, string>> = {}) {
  await using folder = await mappingFolder({ 'small.test.yaml': cases, ...files });
  const results: Record<string, unknown> = {};
  for await (const { name, differences } of runTestFile(join(folder.path, 'small.test.yaml'))) {
    results[name] = differences.map(({ path, expected, got }) => `${path}: ${expected}, ${got}`);
  }
  return results;
}

describe('the tests of a mapping', () => {
  it('hold where all is as expected, in the call, the request and the outcome', async () => {
    const cases = `
source: { defaultCountry: CH }
cases:
  - name: all
    records: [{ value: ${RECORD} }, { value: { state: ok, kind: chat } }, { value: "{" }, { value: null }]
    expect:
      - call: { externalCallId: "1" }
        payload: { finalCallStatus: COMPLETED }
        outcome: { latencyMs: 0, completedAt: 2026-01-15T12:00:00Z, sources: [{ offset: 0 }] }
      - skipped: not-voice
      - { buried: undecodable, says: cut off }
      - skipped: tombstone
`;
    expect(await run(cases)).toEqual({ all: [] });
  });

  it('tell what is not as expected', async () => {
    const cases = `
cases:
  - name: fields
    records: [{ value: ${RECORD} }]
    expect: [{ call: { status: BUSY }, outcome: { userId: 1 } }]
  - name: ends
    records: [{ value: { id: 1 } }, { value: ${RECORD} }, { value: ${RECORD} }]
    expect: [{ call: {} }, { skipped: withheld }]
  - name: says
    records: [{ value: { id: 1 } }]
    expect: [{ buried: no-call-record, says: to be or not }]
  - name: too few
    records: [{ value: { id: 1 } }]
    expect: [{ buried: no-call-record }, { folded: true }]
`;
    const message = 'the record has no field state (requires[0] of the mapping small)';
    expect(await run(cases)).toEqual({
      fields: ['end 1, call.status: "BUSY", "COMPLETED"', 'end 1, outcome.userId: 1, null'],
      ends: [
        `end 1: submitted, buried: no-call-record, ${message}`,
        'end 2: skipped: withheld, submitted',
        'ends: 2, 3, the others: skipped: duplicate',
      ],
      says: [`end 1, says: "to be or not", "${message}"`],
      'too few': ['ends: 2, 1'],
    });
  });

  it('have settings of the file, and of the case over them', async () => {
    const cases = `
source: { defaultCountry: CH, parameters: { mainNumber: 031 555 01 00 } }
cases:
  - name: of the file
    records: [{ value: { id: 1, state: ok, from: 031 555 01 79, to: "201" } }]
    expect: [{ call: { from: { e164: "+41315550179" }, to: { e164: "+41315550100", extension: "201" } } }]
  - name: of the case
    source: { defaultCountry: GB, parameters: { mainNumber: "+41315550101" } }
    records: [{ value: { id: 1, state: ok, from: 020 7946 0123, to: "201" } }]
    expect: [{ call: { from: { e164: "+442079460123" }, to: { e164: "+41315550101" } } }]
`;
    expect(await run(cases)).toEqual({ 'of the file': [], 'of the case': [] });
  });

  it('read values from files: whole, by lines, or of Avro', async () => {
    const record = JSON.stringify({ id: 1, state: 'ok', from: '+41315550179', to: '+41315550100' }, undefined, 1);
    const cases = `
cases:
  - name: whole
    records: [{ file: a.json }]
    expect: [{ call: { externalCallId: "1" } }]
  - name: lines
    records: [{ file: b.jsonl, lines: true }]
    expect: [{ call: { externalCallId: "1" } }, { buried: undecodable }]
  - name: missing
    records: [{ file: c.json }]
    expect: []
`;
    const files = { 'a.json': record, 'b.jsonl': `${JSON.stringify(JSON.parse(record))}\n{\n` };
    expect(await run(cases, files)).toEqual({
      whole: [],
      lines: [],
      missing: [expect.stringContaining('c.json: ENOENT')],
    });
  });

  it('read Avro files', async () => {
    const schema = {
      type: 'record' as const,
      name: 'R',
      fields: ['id', 'state', 'from', 'to'].map((name) => ({ name, type: 'string' as const })),
    };
    const bytes = await avroFile(schema, [{ id: '1', state: 'busy', from: '+41315550179', to: '+41315550100' }]);
    await using folder = await mappingFolder({
      'small.test.yaml': 'cases: [{ name: a, records: [{ file: a.avro }], expect: [{ call: { status: BUSY } }] }]',
    });
    await import('node:fs/promises').then(({ writeFile }) => writeFile(join(folder.path, 'a.avro'), bytes));
    for await (const { differences } of runTestFile(join(folder.path, 'small.test.yaml')))
      expect(differences).toEqual([]);
  });

  it('tell once what keeps all of them from running', async () => {
    const cases = `cases: [{ name: a, records: [{ value: 1 }], expect: [] }, { name: b, records: [{ value: 1 }], expect: [] }]`;
    const broken = SMALL_MAPPING.replace('version: 1', 'version: [1]');
    expect(await run(cases, { 'small.yaml': broken })).toEqual({ '(all)': [expect.stringContaining('version')] });
    expect(await run('cases: 1')).toEqual({ '(all)': [expect.stringContaining('cases')] });
  });

  it('tell what is wrong with the settings of a case', async () => {
    const cases =
      'cases: [{ name: a, source: { defaultCountry: Swiss }, records: [{ value: 1 }], expect: [] }, { name: b, records: [{ value: "{" }], expect: [{ buried: undecodable }] }]';
    expect(await run(cases)).toEqual({ a: [expect.stringContaining('defaultCountry')], b: [] });
  });
});
