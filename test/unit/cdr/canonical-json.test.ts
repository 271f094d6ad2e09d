import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import { canonicalJson } from '../../../src/cdr/canonical-json.ts';

describe('canonicalJson', () => {
  it('does not depend on the order of keys', () => {
    expect(canonicalJson({ b: 1, a: { d: [1, 'x', null], c: true } })).toBe(
      canonicalJson({ a: { c: true, d: [1, 'x', null] }, b: 1 }),
    );
  });

  it('is JSON of the same value', () => {
    fc.assert(
      fc.property(fc.jsonValue({ maxDepth: 6 }), (value) => {
        expect(JSON.parse(canonicalJson(value) ?? '')).toEqual(JSON.parse(JSON.stringify(value)));
      }),
    );
  });

  it('writes bytes and big integers', () => {
    expect(canonicalJson({ bytes: Buffer.from([0, 255]), big: 2n ** 63n })).toBe(
      '{"big":9223372036854775808,"bytes":"00ff"}',
    );
  });

  it('gives up on a value that is nested too deep, whatever the depth', () => {
    const nested = (depth: number) => JSON.parse(`${'['.repeat(depth)}${']'.repeat(depth)}`);
    expect(canonicalJson(nested(100))).toBeDefined();
    expect(canonicalJson(nested(101))).toBeUndefined();
    expect(canonicalJson(nested(100_000))).toBeUndefined();
  });
});
