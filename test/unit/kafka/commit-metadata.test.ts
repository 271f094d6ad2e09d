import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import { decodeMetadata, encodeMetadata, LONGEST_METADATA } from '../../../src/kafka/commit-metadata.ts';

describe('commit metadata', () => {
  it('comes back as it was', () => {
    fc.assert(
      fc.property(fc.nat(), fc.uint8Array({ minLength: 1, maxLength: 1024 }), (base, done) => {
        const read = decodeMetadata(encodeMetadata({ base, done }), base);
        expect(read?.base).toBe(base);
        expect([...(read?.done ?? [])]).toEqual([...done]);
      }),
    );
  });

  it('fits the limit of the broker with the largest window, at any offset', () => {
    const done = new Uint8Array(8_192 / 8).fill(0xff);
    expect(encodeMetadata({ base: Number.MAX_SAFE_INTEGER, done }).length).toBeLessThan(LONGEST_METADATA);
  });

  it('is empty where the offset says it all', () => {
    expect(encodeMetadata({ base: 5, done: new Uint8Array() })).toBe('');
    expect(decodeMetadata('', 5)).toBeUndefined();
  });

  it('is nothing for another offset: somebody has moved the group', () => {
    const text = encodeMetadata({ base: 5, done: Uint8Array.of(2) });
    expect(decodeMetadata(text, 6)).toBeUndefined();
  });

  it.each([
    'null',
    '{}',
    'not json',
    '{"v":2,"base":5,"done":"Ag"}',
    '{"v":1,"base":5,"done":"§"}',
    '{"v":1,"base":"5"}',
  ])('is nothing when it is %s: of a stranger, or of a newer version', (text) => {
    expect(decodeMetadata(text, 5)).toBeUndefined();
  });

  it('never throws', () => {
    fc.assert(fc.property(fc.oneof(fc.string(), fc.json()), (text) => void decodeMetadata(text, 0)));
  });
});
