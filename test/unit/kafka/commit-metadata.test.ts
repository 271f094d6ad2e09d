import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import {
  type CommitMetadata,
  decodeMetadata,
  encodeMetadata,
  LONGEST_METADATA,
} from '../../../src/kafka/commit-metadata.ts';

const METADATA: CommitMetadata = {
  base: 5,
  done: Uint8Array.of(2),
  ceiling: 9,
  outputs: [{ topic: 'calls.enriched', partition: 0, offset: 3 }],
  group: 'g',
  run: 'r.1',
  partitions: 4,
};

const any = fc.record({
  base: fc.nat(),
  done: fc.uint8Array({ maxLength: 1024 }),
  ahead: fc.nat(10_000),
  outputs: fc.array(fc.record({ topic: fc.stringMatching(/^[\w.-]{1,40}$/), partition: fc.nat(), offset: fc.nat() }), {
    maxLength: 3,
  }),
  group: fc.string({ minLength: 1 }),
  run: fc.string(),
  partitions: fc.nat(),
});

describe('commit metadata', () => {
  it('comes back as it was', () => {
    fc.assert(
      fc.property(any, ({ ahead, ...rest }) => {
        const metadata = { ...rest, ceiling: rest.base + ahead };
        const read = decodeMetadata(encodeMetadata(metadata), metadata.base, metadata.group);
        expect({ ...read, done: [...(read?.done ?? [])] }).toEqual({ ...metadata, done: [...metadata.done] });
      }),
    );
  });

  it('fits the limit of the broker with the largest window and the longest names, at any offset', () => {
    const offset = Number.MAX_SAFE_INTEGER;
    const metadata = {
      base: offset,
      done: new Uint8Array(8_192 / 8).fill(0xff),
      ceiling: offset,
      outputs: [1, 2, 3].map((n) => ({ topic: String(n).repeat(249), partition: 99_999, offset })),
      group: '"'.repeat(255),
      run: '12345678-1234.1000000',
      partitions: 100_000,
    };
    expect(encodeMetadata(metadata).length).toBeLessThan(LONGEST_METADATA);
  });

  it('is nothing for another offset, or for another group: somebody has moved the offsets', () => {
    const text = encodeMetadata(METADATA);
    expect(decodeMetadata(text, 5, 'g')).toBeDefined();
    expect(decodeMetadata(text, 6, 'g')).toBeUndefined();
    expect(decodeMetadata(text, 5, 'h')).toBeUndefined();
  });

  it('never has a ceiling below its offset', () => {
    expect(decodeMetadata(encodeMetadata({ ...METADATA, ceiling: 1 }), 5, 'g')?.ceiling).toBe(5);
  });

  it.each([
    '',
    'null',
    '{}',
    'not json',
    '{"v":1,"base":5,"done":"Ag"}',
    encodeMetadata(METADATA).replace('"v":2', '"v":3'),
    encodeMetadata(METADATA).replace('"done":"Ag"', '"done":"§"'),
    encodeMetadata(METADATA).replace('"base":5', '"base":"5"'),
  ])('is nothing when it is %s: of a stranger, or of another version', (text) => {
    expect(decodeMetadata(text, 5, 'g')).toBeUndefined();
  });

  it('never throws', () => {
    fc.assert(fc.property(fc.oneof(fc.string(), fc.json()), (text) => void decodeMetadata(text, 0, 'g')));
  });
});
