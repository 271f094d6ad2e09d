import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import { decodeClaim, encodeClaim, NO_CLAIM } from '../../../src/kafka/claim.ts';

const topic = fc.constantFrom('calls.cdr', 'pbx.cdr', 'constructor');
const partitions = fc.uniqueArray(fc.record({ topic, partition: fc.nat(300) }), {
  selector: (one) => `${one.topic}/${one.partition}`,
});

describe('a claim', () => {
  it('is read as it was written', () => {
    fc.assert(
      fc.property(fc.integer({ min: -1, max: 2 ** 31 - 1 }), partitions, (generation, owned) => {
        const decoded = decodeClaim(encodeClaim({ generation, partitions: owned }));
        expect(decoded.generation).toBe(generation);
        expect(new Set(decoded.partitions)).toEqual(new Set(owned));
        expect(decoded.partitions.length).toBe(owned.length);
      }),
    );
  });

  it('stays small with 10,000 partitions, however they are scattered', () => {
    const scattered = Array.from({ length: 5_000 }, (_, index) => ({ topic: 'calls.cdr', partition: index * 2 }));
    expect(encodeClaim({ generation: 1, partitions: scattered }).length).toBeLessThan(1_800);
  });

  it('looks as members of this version have always written it', () => {
    const encoded = encodeClaim({
      generation: 7,
      partitions: [0, 3, 9].map((partition) => ({ topic: 't', partition })),
    });
    expect(encoded.toString()).toBe('{"v":1,"generation":7,"owned":{"t":"CQI"}}');
  });

  it.each([
    ['nothing', ''],
    ['a later version', '{"v":2,"generation":7,"owned":{"t":"CQI"}}'],
    ['another shape', '{"v":1,"generation":7,"owned":["t"]}'],
    ['what is no bitmap', '{"v":1,"generation":7,"owned":{"t":"?"}}'],
    ['a generation that is none', '{"v":1,"generation":"7","owned":{}}'],
  ])('is none for %s', (_, text) => {
    expect(decodeClaim(Buffer.from(text))).toBe(NO_CLAIM);
  });

  it('is none for any bytes, and never an error', () => {
    const bytes = fc.oneof(
      fc.uint8Array().map((array) => Buffer.from(array)),
      fc.json().map((text) => Buffer.from(text)),
    );
    fc.assert(
      fc.property(bytes, (userData) => {
        expect(decodeClaim(userData)).toBe(NO_CLAIM);
      }),
    );
  });
});
