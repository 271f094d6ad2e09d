import avro from 'avsc';
import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import { Cursor, compileWalk } from '../../../../src/cdr/format/avro-bounds.ts';

const everything = avro.Type.forSchema({
  type: 'record',
  name: 'Everything',
  fields: [
    { name: 'flag', type: 'boolean' },
    { name: 'int', type: 'int' },
    { name: 'long', type: 'long' },
    { name: 'float', type: 'float' },
    { name: 'double', type: 'double' },
    { name: 'bytes', type: 'bytes' },
    { name: 'text', type: ['null', 'string'] },
    { name: 'kind', type: { type: 'enum', name: 'Kind', symbols: ['A', 'B'] } },
    { name: 'hash', type: { type: 'fixed', name: 'Hash', size: 4 } },
    { name: 'list', type: { type: 'array', items: ['null', 'long'] } },
    { name: 'map', type: { type: 'map', values: 'string' } },
    { name: 'next', type: ['null', 'Everything'] },
  ],
});

const walkOver = (type: avro.Type, bytes: Buffer): number => {
  const cursor = new Cursor(bytes, 0);
  compileWalk(type)?.(cursor);
  return cursor.position;
};

describe('compileWalk', () => {
  it('ends where the value ends, and nowhere when it is cut off', () => {
    for (let run = 0; run < 200; run += 1) {
      const bytes = everything.toBuffer(everything.random());
      expect(walkOver(everything, bytes)).toBe(bytes.length);
      for (const length of [0, Math.floor(bytes.length / 2), bytes.length - 1]) {
        expect(() => walkOver(everything, bytes.subarray(0, length))).toThrow(RangeError);
      }
    }
  });

  it('is not needed where nothing repeats', () => {
    expect(
      compileWalk(avro.Type.forSchema({ type: 'record', name: 'Flat', fields: [{ name: 'a', type: 'string' }] })),
    ).toBe(undefined);
  });

  it('refuses counts that the bytes cannot hold, whichever way they are written', () => {
    const list = avro.Type.forSchema({ type: 'array', items: 'null' });
    const huge = Buffer.from([0xfe, 0xff, 0xff, 0xff, 0xff, 0xff, 0xff, 0xff, 0xff, 0x01]);
    const hugeNegative = Buffer.from([0xff, 0xff, 0xff, 0xff, 0xff, 0xff, 0xff, 0xff, 0xff, 0x01, 0x02]);
    expect(() => walkOver(list, huge)).toThrow(/passes the end/);
    expect(() => walkOver(list, hugeNegative)).toThrow(/passes the end/);
    expect(() => walkOver(list, Buffer.alloc(11, 0x80))).toThrow(/more than ten bytes/);
  });

  it('reads a block with its size', () => {
    const list = avro.Type.forSchema({ type: 'array', items: 'int' });
    // Two items in a block of two bytes, then the end.
    expect(walkOver(list, Buffer.from([0x03, 0x04, 0x02, 0x04, 0x00]))).toBe(5);
    for (const size of [0x00, 0x02, 0x03, 0x06]) {
      expect(() => walkOver(list, Buffer.from([0x03, size, 0x02, 0x04, 0x00]))).toThrow(/another size/);
    }
  });

  it('ends or throws RangeError for any bytes', () => {
    fc.assert(
      fc.property(fc.uint8Array({ maxLength: 200 }), (bytes) => {
        try {
          walkOver(everything, Buffer.from(bytes));
        } catch (error) {
          expect(error).toBeInstanceOf(RangeError);
        }
      }),
      { numRuns: 2000 },
    );
  });
});
