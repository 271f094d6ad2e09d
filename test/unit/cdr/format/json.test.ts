import { describe, expect, it } from 'vitest';
import { decodeJson } from '../../../../src/cdr/format/json.ts';

describe('decodeJson', () => {
  it('reads an object', () => {
    expect(decodeJson(Buffer.from('\uFEFF {"a":1}\n'))).toEqual({ kind: 'record', record: { a: 1 }, format: 'json' });
  });

  it.each([[], [{ a: 1 }], [{ a: 1 }, { b: [] }]])('reads the batch %j', (...record) => {
    expect(decodeJson(Buffer.from(JSON.stringify(record)))).toEqual({ kind: 'record', record, format: 'json' });
  });

  it.each([
    ['[{"a":1},5]', 'the value is a JSON array, and not of objects'],
    ['[[{"a":1}]]', 'the value is a JSON array, and not of objects'],
    ['[null]', 'the value is a JSON array, and not of objects'],
    [`[${'{},'.repeat(10_000)}{}]`, 'the value is a JSON array of more than 10000'],
    ['"a"', 'the value is a JSON scalar, not an object'],
    ['null', 'the value is a JSON scalar, not an object'],
    ['{"from":"+41315550179"', 'the value is no JSON, or is cut off'],
    ['{"a":1} {"a":2}', 'the value is no JSON, or is cut off'],
    ['', 'the value is no JSON, or is cut off'],
  ])('refuses %s', (text, message) => {
    expect(decodeJson(Buffer.from(text))).toEqual({ kind: 'failure', code: 'undecodable', message });
  });

  it('refuses bytes that are not UTF-8', () => {
    expect(decodeJson(Buffer.from('{"name":"Zo\xeb"}', 'latin1'))).toMatchObject({ message: 'the value is not UTF-8' });
    expect(decodeJson(Buffer.from('{"a":1}', 'utf16le'))).toMatchObject({ kind: 'failure' });
  });

  it('takes keys that are names of Object for keys', () => {
    const decoded = decodeJson(
      Buffer.from('{"__proto__":{"polluted":true},"constructor":{"prototype":{"polluted":true}}}'),
    );
    expect(decoded.kind).toBe('record');
    expect({}).not.toHaveProperty('polluted');
  });

  it('is not brought down by depth or size', () => {
    const deep = `{"a":${'['.repeat(500_000)}${']'.repeat(500_000)}}`;
    expect(decodeJson(Buffer.from(deep)).kind).toBe('record');
    expect(decodeJson(Buffer.from('['.repeat(1_000_000))).kind).toBe('failure');
  });
});
