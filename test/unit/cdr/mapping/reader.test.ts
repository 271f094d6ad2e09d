import { describe, expect, it } from 'vitest';
import { headerOf, textOfBytes } from '../../../../src/cdr/mapping/reader.ts';

describe('headerOf', () => {
  it('takes the last of several, and bytes that are not UTF-8', () => {
    const headers = { a: ['x', new Uint8Array([0x66, 0xfc, 0x72])], b: new Uint8Array([0x62]), c: [] };
    expect(headerOf({ recordTime: 0, headers }, 'a')).toBe('für');
    expect(headerOf({ recordTime: 0, headers }, 'b')).toBe('b');
    expect(headerOf({ recordTime: 0, headers }, 'c')).toBeUndefined();
    expect(headerOf({ recordTime: 0 }, 'a')).toBeUndefined();
  });
});

describe('textOfBytes', () => {
  it('gives nothing of nothing', () => {
    expect(textOfBytes(null)).toBeUndefined();
    expect(textOfBytes('x')).toBe('x');
  });
});
