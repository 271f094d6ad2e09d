import { describe, expect, it } from 'vitest';
import { incompatibilities } from '../../../src/schemas/compatibility.ts';

interface Field {
  readonly name: string;
  readonly type: unknown;
  readonly default?: unknown;
  readonly aliases?: string[];
}
const A: Field = { name: 'a', type: 'string' };
const B: Field = { name: 'b', type: ['null', 'int'], default: null };
const kind = (symbols: string[]) => ({ type: 'enum', name: 'Kind', symbols });
const KIND: Field = { name: 'kind', type: kind(['X', 'Y']), default: 'X' };

const schema = (fields: readonly Field[], more: object = {}) =>
  JSON.stringify({ type: 'record', name: 'Call', namespace: 'io.callmatch', fields, ...more });
const EARLIER = schema([A, B, KIND]);

describe('incompatibilities', () => {
  it.each([
    ['nothing', EARLIER],
    ['documentation', schema([A, B, KIND], { doc: 'A call.' })],
    ['the order of fields', schema([KIND, B, A])],
    ['a field more, with a default', schema([A, B, KIND, { name: 'c', type: 'int', default: 0 }])],
    ['a field less that had a default', schema([A, KIND])],
    ['a text that became bytes', schema([{ name: 'a', type: 'bytes' }, B, KIND])],
    // Old readers take their default then: what the field says is lost to them, but they read on.
    [
      'a new name with the old one as alias, of a field with a default',
      schema([A, { ...B, name: 'c', aliases: ['b'] }, KIND]),
    ],
  ])('allows a change of %s', (_, changed) => {
    expect(incompatibilities(changed, EARLIER)).toEqual([]);
  });

  const OLD = 'old readers fail on new records';
  const NEW = 'new readers fail on old records';
  it.each([
    [
      'a field less that had no default',
      schema([B, KIND]),
      [`${OLD}: no matching field for default-less io.callmatch.Call.a`],
    ],
    [
      'a field more without a default',
      schema([A, B, KIND, { name: 'c', type: 'int' }]),
      [`${NEW}: no matching field for default-less io.callmatch.Call.c`],
    ],
    [
      'another type',
      schema([{ name: 'a', type: 'int' }, B, KIND]),
      [`${NEW}: cannot read "string" as "int"`, `${OLD}: cannot read "int" as "string"`],
    ],
    [
      'a wider type',
      schema([A, { ...B, type: ['null', 'long'] }, KIND]),
      [expect.stringMatching(`^${OLD}: cannot read "long"`)],
    ],
    [
      'a field that may be null now',
      schema([{ name: 'a', type: ['string', 'null'] }, B, KIND]),
      [expect.stringMatching(`^${OLD}: cannot read "null"`)],
    ],
    [
      'a field that may no longer be null',
      schema([A, { name: 'b', type: 'int', default: 0 }, KIND]),
      [expect.stringMatching(`^${NEW}: cannot read "null"`)],
    ],
    [
      'the name of a field without a default',
      schema([{ name: 'z', type: 'string' }, B, KIND]),
      [expect.stringMatching(NEW), expect.stringMatching(OLD)],
    ],
    [
      'that name, with the old one as alias',
      schema([{ ...A, name: 'z', aliases: ['a'] }, B, KIND]),
      [`${OLD}: no matching field for default-less io.callmatch.Call.a`],
    ],
    [
      'the name of the record',
      schema([A, B, KIND], { name: 'Ring' }),
      [expect.stringMatching(NEW), expect.stringMatching(OLD)],
    ],
    [
      'that name, with the old one as alias',
      schema([A, B, KIND], { name: 'Ring', aliases: ['Call'] }),
      [expect.stringMatching(OLD)],
    ],
    [
      'a symbol more',
      schema([A, B, { ...KIND, type: kind(['X', 'Y', 'Z']) }]),
      [expect.stringMatching(`^${OLD}: .*Kind`)],
    ],
    ['a symbol less', schema([A, B, { ...KIND, type: kind(['X']) }]), [expect.stringMatching(`^${NEW}: .*Kind`)]],
    [
      'a record inside',
      schema([
        A,
        B,
        KIND,
        {
          name: 'p',
          type: ['null', { type: 'record', name: 'P', fields: [{ name: 'q', type: 'Missing' }] }],
          default: null,
        },
      ]),
      [expect.stringContaining('no Avro schema')],
    ],
    [
      'a default that does not fit',
      schema([A, { ...B, default: 7 }, KIND]),
      [expect.stringContaining('no Avro schema')],
    ],
    ['anything', '{', [expect.stringContaining('no Avro schema')]],
  ])('finds a change of %s', (_, changed, problems) => {
    expect(incompatibilities(changed, EARLIER)).toEqual(problems);
  });
});
