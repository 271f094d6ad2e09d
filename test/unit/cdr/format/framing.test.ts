import { describe, expect, it } from 'vitest';
import { readFraming } from '../../../../src/cdr/format/framing.ts';

const GUID = Buffer.from('01' + '0123456789abcdef0123456789abcdef', 'hex');

describe('readFraming', () => {
  it('finds the id in front of the payload', () => {
    const slice = Buffer.from([9, 9, 0, 0, 0, 1, 2, 42]).subarray(2);
    expect(readFraming(slice, {})).toEqual({ schemaId: 258, start: 5 });
    expect(readFraming(Buffer.from([0, 0xff, 0xff, 0xff, 0xff]), {})).toEqual({ schemaId: 0xffffffff, start: 5 });
  });

  it('finds the GUID in the header, and takes it before the prefix', () => {
    const expected = { schemaId: '01234567-89ab-cdef-0123-456789abcdef', start: 0 };
    expect(readFraming(Buffer.from('x'), { __value_schema_id: GUID })).toEqual(expected);
    expect(readFraming(Buffer.from([0, 0, 0, 0, 1]), { __value_schema_id: GUID })).toEqual(expected);
  });

  it('finds an id in the header', () => {
    expect(readFraming(Buffer.from('x'), { __value_schema_id: Buffer.from([0, 0, 0, 0, 7]) })).toEqual({
      schemaId: 7,
      start: 0,
    });
  });

  it('ignores a header that is none of these', () => {
    for (const header of [Buffer.from([1, 2]), Buffer.alloc(17, 2), 'text', undefined, [GUID]]) {
      expect(readFraming(Buffer.from('{}'), { __value_schema_id: header })).toBeUndefined();
    }
  });

  it('finds none in a short value', () => {
    expect(readFraming(Buffer.from([0, 0, 0, 1]), {})).toBeUndefined();
  });
});
