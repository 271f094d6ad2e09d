import avro from 'avsc';
import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import { createDecoder, type DecoderOptions } from '../../../src/cdr/decode.ts';

const SCHEMA = JSON.stringify({ type: 'record', name: 'Cdr', fields: [{ name: 'id', type: 'string' }] });
const PAYLOAD = avro.Type.forSchema(JSON.parse(SCHEMA)).toBuffer({ id: 'a' });
const GUID = '01234567-89ab-cdef-0123-456789abcdef';
const GUID_HEADER = { __value_schema_id: Buffer.from(`01${GUID.replaceAll('-', '')}`, 'hex') };
const framed = (id: number, payload: Uint8Array) => Buffer.concat([Buffer.from([0, 0, 0, 0, id]), payload]);

const KNOWN: Record<string, ReturnType<DecoderOptions['schemas']['get']>> = {
  1: { schemaType: 'AVRO', schema: SCHEMA },
  2: { schemaType: 'PROTOBUF', schema: 'syntax = "proto3";' },
  3: { schemaType: 'JSON', schema: '{}' },
  4: 'unknown',
  5: { schemaType: 'THRIFT', schema: '' },
};

const decoder = (format: DecoderOptions['format'], options: Partial<DecoderOptions> = {}) =>
  createDecoder({
    format,
    schemas: { get: (id) => KNOWN[id] },
    csv: { delimiter: ',', columns: new Map([[2, ['a', 'b']]]) },
    ...options,
  });

describe('createDecoder', () => {
  it('tells formats by the first bytes', () => {
    const { decode } = decoder('auto');
    expect(decode(null, {})).toEqual({ kind: 'tombstone' });
    expect(decode(framed(1, PAYLOAD), {})).toMatchObject({ format: 'avro', record: { id: 'a' } });
    expect(decode(Buffer.from('\uFEFF\n {"a":1}'), {})).toMatchObject({ format: 'json', record: { a: 1 } });
    expect(decode(Buffer.from('1,2'), {})).toMatchObject({ format: 'csv', record: { a: '1', b: '2' } });
    expect(decode(Buffer.from('[1,2]'), {})).toMatchObject({
      message: 'the value is a JSON array, and not of objects',
    });
    expect(decode(Buffer.alloc(0), {})).toMatchObject({ code: 'undecodable', message: 'the value is empty' });
  });

  it('knows no CSV when the mapping has no columns', () => {
    expect(decoder('auto', { csv: undefined }).decode(Buffer.from('1,2'), {})).toMatchObject({
      code: 'undecodable',
      message: expect.stringContaining('no CSV columns'),
    });
  });

  it('chooses among the formats that the mapping reads', () => {
    const form = Buffer.from('a=1&b=2');
    expect(decoder('auto').decode(form, {})).toMatchObject({ code: 'undecodable' });
    expect(decoder('auto', { formats: ['form'] }).decode(form, {})).toMatchObject({
      format: 'form',
      record: { a: '1' },
    });
    expect(decoder('form').decode(form, {})).toMatchObject({ format: 'form' });
    const { decode } = decoder('auto', { formats: ['json', 'csv', 'form'] });
    expect(decode(form, {})).toMatchObject({ format: 'form' });
    expect(decode(Buffer.from('1,2'), {})).toMatchObject({ format: 'csv' });
    expect(decode(Buffer.from('{"a":1}'), {})).toMatchObject({ format: 'json' });
    expect(decoder('auto', { formats: ['json', 'form'] }).decode(Buffer.from('1,2'), {})).toMatchObject({
      message: expect.stringContaining('no form'),
    });
    expect(decoder('auto', { formats: ['json'] }).decode(form, {})).toMatchObject({
      message: expect.stringContaining('no JSON'),
    });
    expect(decoder('csv', { formats: ['json'], csv: undefined }).decode(form, {})).toMatchObject({
      message: 'the mapping has no CSV columns',
    });
  });

  it('asks for a schema that has not been loaded, by id or GUID', () => {
    const { decode } = decoder('auto');
    expect(decode(framed(9, PAYLOAD), {})).toEqual({ kind: 'schema-needed', id: 9 });
    expect(decode(PAYLOAD, GUID_HEADER)).toEqual({ kind: 'schema-needed', id: GUID });
  });

  it('reads an unframed payload by the GUID in its header', () => {
    const { decode } = decoder('avro', { schemas: { get: (id) => (id === GUID ? KNOWN[1] : undefined) } });
    expect(decode(PAYLOAD, GUID_HEADER)).toMatchObject({ format: 'avro', record: { id: 'a' } });
  });

  it('asks the registry once per schema', () => {
    const asked: unknown[] = [];
    const get = (id: number | string) => {
      asked.push(id);
      return KNOWN[id];
    };
    const { decode } = decoder('auto', { schemas: { get } });
    for (let run = 0; run < 3; run += 1) expect(decode(framed(1, PAYLOAD), {}).kind).toBe('record');
    expect(asked).toEqual([1]);
  });

  it.each([
    [2, 'framed-protobuf'],
    [3, 'framed-json-schema'],
    [4, 'unknown-schema'],
    [5, 'unreadable-schema'],
  ])('schema %i is %s', (id, code) => {
    expect(decoder('auto').decode(framed(id, PAYLOAD), {})).toMatchObject({ kind: 'failure', code });
    expect(decoder('avro').decode(framed(id, PAYLOAD), {})).toMatchObject({ kind: 'failure', code });
  });

  it('reads plain JSON whose JSON Schema is named in a header', () => {
    const { decode } = decoder('auto', { schemas: { get: () => KNOWN[3] } });
    expect(decode(Buffer.from('{"a":1}'), GUID_HEADER)).toMatchObject({ format: 'json', record: { a: 1 } });
  });

  it('keeps to the format it is told', () => {
    const json = Buffer.from('{"a":1}');
    expect(decoder('avro').decode(json, {})).toMatchObject({ code: 'undecodable' });
    expect(decoder('csv').decode(json, {})).toMatchObject({ code: 'undecodable' });
    expect(decoder('json').decode(Buffer.from('1,2'), {})).toMatchObject({ code: 'undecodable' });
    expect(decoder('json').decode(json, GUID_HEADER)).toMatchObject({ format: 'json' });
    // Without a registry a source of JSON must not wait for one because of a stray byte.
    for (const format of ['json', 'csv', 'form'] as const) {
      expect(decoder(format).decode(framed(9, PAYLOAD), {})).toMatchObject({
        code: 'undecodable',
        message: expect.stringContaining(`set to ${format}`),
      });
    }
  });

  it('calls a cut-off prefix undecodable', () => {
    expect(decoder('auto').decode(Buffer.from([0, 0, 0]), {})).toMatchObject({ code: 'undecodable' });
  });

  it('never throws, whatever the bytes', () => {
    const { decode } = decoder('auto');
    fc.assert(
      fc.property(fc.uint8Array({ maxLength: 100 }), fc.boolean(), (bytes, isFramed) => {
        const value = isFramed ? framed(1, bytes) : bytes;
        expect(['record', 'failure', 'schema-needed']).toContain(decode(value, {}).kind);
      }),
      { numRuns: 1000 },
    );
  });
});
