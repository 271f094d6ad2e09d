import { snappyCompress } from '@platformatic/wasm-utils';
import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import { compressSnappy, decompressSnappy } from '../../../src/kafka/snappy-framing.ts';

const HEADER_SIZE = 16;

/** Bytes of all sizes around the chunk size, repetitive or not. */
const data = fc
  .tuple(fc.uint8Array({ minLength: 1, maxLength: 300 }), fc.integer({ min: 1, max: 400 }))
  .map(([bytes, times]) => Buffer.concat(Array.from({ length: times }, () => bytes)));

describe('snappy framing', () => {
  it('gives back what it was given', () => {
    fc.assert(fc.property(data, (bytes) => decompressSnappy(compressSnappy(bytes)).equals(bytes)));
  });

  it('reads a raw block, as clients without the Java framing write it', () => {
    fc.assert(fc.property(data, (bytes) => decompressSnappy(snappyCompress(bytes)).equals(bytes)));
  });

  it('writes the header of snappy-java and chunks of 32 KiB', () => {
    const framed = compressSnappy(Buffer.alloc(32 * 1024 + 1, 7));
    expect(framed.subarray(0, HEADER_SIZE).toString('latin1')).toBe('\x82SNAPPY\0\0\0\0\x01\0\0\0\x01');
    const first = framed.readUInt32BE(HEADER_SIZE);
    const second = framed.readUInt32BE(HEADER_SIZE + 4 + first);
    expect(HEADER_SIZE + 4 + first + 4 + second).toBe(framed.length);
  });

  it('refuses a stream that is cut off anywhere inside a chunk', () => {
    const framed = compressSnappy(Buffer.from('+14155550123 called +14155550199'));
    for (let length = HEADER_SIZE + 1; length < framed.length; length++) {
      expect(() => decompressSnappy(framed.subarray(0, length))).toThrow();
    }
  });
});
