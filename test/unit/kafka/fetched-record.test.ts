import { describe, expect, it } from 'vitest';
import { copyOfBytes, type FetchedRecord, sizeOf } from '../../../src/kafka/fetched-record.ts';

const response = Buffer.allocUnsafeSlow(24);
response.write('key1value1header1header2');
const RECORD: FetchedRecord = {
  offset: 7,
  timestamp: 0,
  key: response.subarray(0, 4),
  value: response.subarray(4, 10),
  headers: Object.fromEntries([
    ['one', response.subarray(10, 17)],
    ['two', [response.subarray(17), 'text']],
    ['__proto__', response.subarray(0, 4)],
  ]),
};

describe('a fetched record', () => {
  it('is copied whole, and shares no bytes with the response', () => {
    const copy = copyOfBytes(RECORD);
    expect(copy).toEqual({ key: RECORD.key, value: RECORD.value, headers: RECORD.headers });
    expect(Object.hasOwn(copy.headers, '__proto__')).toBe(true);
    for (const bytes of [copy.key, copy.value, copy.headers.one]) {
      expect(bytes instanceof Buffer && bytes.buffer !== response.buffer).toBe(true);
    }
    expect(copyOfBytes({ key: null, value: null, headers: {} })).toEqual({ key: null, value: null, headers: {} });
  });

  it('is as large as key, value and headers', () => {
    expect(sizeOf({ ...RECORD, headers: {} })).toBe(10);
    expect(sizeOf({ ...RECORD, headers: { two: [Buffer.alloc(7), 'text'], none: undefined } })).toBe(
      10 + 10 + 7 + 4 + 4 - 4,
    );
  });
});
