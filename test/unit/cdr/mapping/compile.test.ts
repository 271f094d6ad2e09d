import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import { loadMapping } from '../../../../src/config/mapping-files.ts';
import { compile, sha256 } from '../../../support/mapping.ts';

const DOCUMENT = {
  name: 'test',
  version: 3,
  parameters: { main: { type: 'text', description: 'Main number.' } },
  csv: { columns: [['way', 'from', 'to']] },
  call: {
    externalCallId: 'id',
    direction: 'way',
    status: { constant: 'COMPLETED' },
    from: { number: 'from' },
    to: { number: 'to', mainNumber: { parameter: 'main' } },
  },
};
const RECORD = { way: 'inbound', from: '0315550179', to: '0315550100' };
const CONTEXT = { recordTime: Date.UTC(2026, 0, 15) };

describe('compileMapping', () => {
  it('maps a record', () => {
    const mapping = compile(DOCUMENT, { defaultCountry: 'CH' });
    expect(mapping).toMatchObject({ name: 'test', version: '3', readerSchema: undefined });
    expect(mapping.csv).toEqual({ delimiter: ',', columns: new Map([[3, ['way', 'from', 'to']]]) });
    expect(mapping.map({ ...RECORD, id: 'a' }, CONTEXT)).toMatchObject([
      { kind: 'call', call: { externalCallId: 'a', from: { e164: '+41315550179' }, to: { e164: '+41315550100' } } },
    ]);
  });

  it('makes the id of a record without one from its content, whatever the order of its fields', () => {
    const { map } = compile(DOCUMENT, { defaultCountry: 'CH' });
    const id = sha256('{"from":"0315550179","to":"0315550100","way":"inbound"}');
    expect(map(RECORD, CONTEXT)).toMatchObject([{ call: { externalCallId: id } }]);
    expect(map({ to: RECORD.to, from: RECORD.from, way: RECORD.way }, { recordTime: 1 })).toMatchObject([
      { call: { externalCallId: id } },
    ]);
  });

  it('gives the calls of a record in their order, each with its own end', () => {
    const { map } = compile({ ...DOCUMENT, each: 'Records' }, { defaultCountry: 'CH' });
    const records = [{ ...RECORD, id: 'a' }, { ...RECORD, way: 'outbound' }, 5, { ...RECORD, id: 'b' }, RECORD];
    expect(map({ Records: records }, CONTEXT)).toMatchObject([
      { call: { externalCallId: 'a' } },
      { kind: 'skip', reason: 'not-inbound' },
      { kind: 'skip', reason: 'not-inbound' },
      { call: { externalCallId: 'b' } },
      // Of the item, so that the other items of its record make no other call of it.
      { call: { externalCallId: sha256('{"from":"0315550179","to":"0315550100","way":"inbound"}') } },
    ]);
    expect(map({ Records: [] }, CONTEXT)).toEqual([{ kind: 'skip', reason: 'filtered' }]);
  });

  it('gives the calls of the rows of a file', () => {
    const { map } = compile({ ...DOCUMENT, csv: { header: true } }, { defaultCountry: 'CH' });
    expect(map([{ ...RECORD, id: 'a' }, { id: 'b' }], CONTEXT)).toMatchObject([
      { kind: 'call', call: { externalCallId: 'a' } },
      { kind: 'skip', reason: 'not-inbound' },
    ]);
    expect(map([], CONTEXT)).toEqual([{ kind: 'skip', reason: 'filtered' }]);
  });

  it('buries a record without an id that is nested too deep to hash', () => {
    const deep = JSON.parse(`${'['.repeat(10_000)}${']'.repeat(10_000)}`);
    expect(compile(DOCUMENT, { defaultCountry: 'CH' }).map({ ...RECORD, deep }, CONTEXT)).toMatchObject([
      { kind: 'failure', code: 'invalid-field', message: expect.stringContaining('nested too deep') },
    ]);
  });

  it('tells every mistake at once, with its place', () => {
    const document = {
      ...DOCUMENT,
      csv: {
        columns: [
          ['a', 'a'],
          ['b', 'c'],
        ],
      },
      skip: [{ reason: 'filtered', when: { value: { parameter: 'none' }, is: 'x' } }],
    };
    expect(() => compile(document, { defaultCountry: 'XX', parameters: { main: 'x', mian: 'y' } })).toThrow(
      expect.objectContaining({
        code: 'mapping-invalid',
        message: [
          'mapping test:',
          '  defaultCountry: XX is no country with phone numbers',
          '  parameters.mian: no parameter of this mapping; it has main',
          '  csv.columns[0]: the column a stands twice',
          '  csv.columns[1]: there is another layout with 2 columns',
          '  skip[0].when.value: there is no parameter none',
          '  call.to.mainNumber: the main number is no phone number: "x" is no number',
        ].join('\n'),
      }),
    );
  });

  it.each([null, 'text', [], {}, { name: 5 }])('refuses %j as a document', (document) => {
    expect(() => compile(document)).toThrow(expect.objectContaining({ code: 'mapping-invalid' }));
  });

  it('never throws, whatever the record', async () => {
    const mappings = [
      compile(DOCUMENT, { defaultCountry: 'CH' }),
      compile(await loadMapping('asterisk'), { defaultCountry: 'CH', parameters: { mainNumber: '+41315550100' } }),
      compile(await loadMapping('canonical'), { nonFinal: true }),
    ];
    const fields = [
      'way',
      'from',
      'to',
      'id',
      'direction',
      'status',
      'startedAt',
      'talkSeconds',
      'userId',
      'properties',
    ].concat([
      'src',
      'dst',
      'dcontext',
      'clid',
      'start',
      'billsec',
      'disposition',
      'linkedid',
      '__proto__',
      'potentialRecipientUserIds',
    ]);
    const value = fc.oneof(
      fc.constantFrom<unknown>(
        'inbound',
        'from-trunk',
        'ANSWERED',
        8,
        '+41315550179',
        '2026-01-15 10:30:00',
        'anonymous',
      ),
      fc.anything({ withBigInt: true, withNullPrototype: true, withTypedArray: true, withSparseArray: true }),
    );
    const record = fc.oneof(
      fc.anything(),
      fc.json().map((text): unknown => JSON.parse(text)),
      fc.dictionary(fc.constantFrom(...fields), value),
    );
    fc.assert(
      fc.property(record, (each) => {
        for (const { map, fold } of mappings) {
          const ends = map(each, CONTEXT).map((end) => (end.kind === 'part' ? fold?.join([end], CONTEXT) : end));
          expect(ends.length).toBeGreaterThan(0);
          for (const end of ends) expect(JSON.stringify(end)).not.toMatch(/"message":"[^"]*315550179/);
        }
      }),
      { numRuns: 2000 },
    );
  });
});
