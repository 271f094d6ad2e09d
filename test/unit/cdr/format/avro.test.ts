import avro from 'avsc';
import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import { createAvroDecoder } from '../../../../src/cdr/format/avro.ts';

const record = (fields: { name: string; type: unknown; default?: unknown }[], name = 'Cdr') =>
  JSON.stringify({ type: 'record', name, fields });
const encode = (schema: string, value: unknown) => avro.Type.forSchema(JSON.parse(schema)).toBuffer(value);
const read = (writer: string, value: Buffer, reader?: string) => createAvroDecoder(reader).prepare(1, writer)(value, 0);

const WRITER = record([
  { name: 'id', type: 'string' },
  { name: 'gone', type: { type: 'array', items: 'string' } },
  { name: 'seconds', type: 'int' },
]);
const READER = record([
  { name: 'id', type: 'string' },
  { name: 'seconds', type: 'long' },
  { name: 'added', type: 'string', default: 'none' },
]);
const WRITTEN = encode(WRITER, { id: 'a', gone: ['x', 'y'], seconds: 7 });

describe('createAvroDecoder', () => {
  it('reads a record as it was written', () => {
    expect(read(WRITER, WRITTEN)).toEqual({
      kind: 'record',
      record: { id: 'a', gone: ['x', 'y'], seconds: 7 },
      format: 'avro',
    });
  });

  it('resolves a record to the reader schema: promotes, leaves out, fills in', () => {
    expect(read(WRITER, WRITTEN, READER)).toMatchObject({ record: { id: 'a', seconds: 7, added: 'none' } });
  });

  it('prepares a writer once', () => {
    const decoder = createAvroDecoder(READER);
    expect(decoder.get(7)).toBeUndefined();
    const reader = decoder.prepare(7, WRITER);
    expect(decoder.get(7)).toBe(reader);
  });

  it('leaves timestamp-millis a number', () => {
    const schema = record([{ name: 'at', type: { type: 'long', logicalType: 'timestamp-millis' } }]);
    expect(read(schema, encode(schema, { at: 1_768_473_000_123 }))).toMatchObject({
      record: { at: 1_768_473_000_123 },
    });
  });

  it.each([
    ['no JSON', 'nonsense'],
    ['no Avro', '{"type":"recrod","name":"Cdr"}'],
    ['another record', record([{ name: 'id', type: 'string' }], 'Other')],
    ['a field without a default is missing', record([{ name: 'seconds', type: 'int' }])],
    ['another type', record([{ name: 'id', type: 'int' }])],
  ])('buries what cannot be resolved: %s', (_, writer) => {
    expect(read(writer, WRITTEN, READER)).toMatchObject({ kind: 'failure', code: 'unreadable-schema' });
  });

  it.each([
    ['cut off', WRITTEN.subarray(0, -1)],
    ['cut off in a list', WRITTEN.subarray(0, 4)],
    ['followed by more', Buffer.concat([WRITTEN, Buffer.from([0])])],
    ['empty', Buffer.alloc(0)],
  ])('buries a value that is %s', (_, value) => {
    expect(read(WRITER, value)).toMatchObject({ kind: 'failure', code: 'undecodable' });
    expect(read(WRITER, value, READER)).toMatchObject({ kind: 'failure', code: 'undecodable' });
  });

  it('buries trailing bytes of a schema without lists, too', () => {
    const flat = record([{ name: 'id', type: 'string' }]);
    const value = Buffer.concat([encode(flat, { id: 'a' }), Buffer.from([0])]);
    expect(read(flat, value)).toMatchObject({ message: 'bytes follow the Avro record' });
    expect(read(flat, Buffer.from([4, 65]))).toMatchObject({ message: 'the Avro record is cut off' });
  });

  it('buries a value that is no record', () => {
    expect(read('"string"', encode('"string"', 'a'))).toMatchObject({ message: 'the Avro value is no record' });
  });

  it('reads longs beyond 2^53 as text, and the others as numbers', () => {
    const schema = record([
      { name: 'nanos', type: { type: 'long', logicalType: 'timestamp-nanos' } },
      { name: 'small', type: ['null', 'long'] },
    ]);
    // 2^62 and 7, zigzag.
    const value = Buffer.from([0x80, 0x80, 0x80, 0x80, 0x80, 0x80, 0x80, 0x80, 0x80, 0x01, 0x02, 0x0e]);
    const reader = createAvroDecoder(undefined).prepare(1, schema);
    for (let run = 0; run < 2; run += 1) {
      expect(reader(value, 0)).toMatchObject({ record: { nanos: '4611686018427387904', small: 7 } });
    }
    expect(createAvroDecoder(schema).prepare(1, schema)(value, 0)).toMatchObject({ record: { small: 7 } });
  });

  it('is not led in a circle by a block that says it is smaller than nothing', () => {
    // id "a"; a block of one item and -2 bytes, which is skipped for the reader; the item; the end; seconds.
    const value = Buffer.from([0x02, 0x61, 0x01, 0x03, 0x00, 0x00, 0x0e]);
    expect(read(WRITER, value, READER)).toMatchObject({ kind: 'failure', message: 'a block has another size' });
  });

  it('ends for any bytes: a corrupt count does not keep it busy', () => {
    const reader = createAvroDecoder(READER).prepare(1, WRITER);
    const plain = createAvroDecoder(undefined).prepare(1, WRITER);
    const bytes = fc.oneof(
      fc.uint8Array({ maxLength: 64 }),
      fc.tuple(fc.nat(WRITTEN.length - 1), fc.nat(255)).map(([at, byte]) => {
        const changed = Buffer.from(WRITTEN);
        changed[at] = byte;
        return changed;
      }),
      fc
        .uint8Array({ maxLength: 64 })
        .map((tail) => Buffer.concat([Buffer.from([2, 65]), Buffer.alloc(9, 0xff), tail])),
    );
    fc.assert(
      fc.property(bytes, (value) => {
        expect(['record', 'failure']).toContain(reader(value, 0).kind);
        expect(['record', 'failure']).toContain(plain(value, 0).kind);
      }),
      { numRuns: 2000 },
    );
  });
});
