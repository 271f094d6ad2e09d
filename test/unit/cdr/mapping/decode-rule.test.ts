import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import { parseJson } from '../../../../src/cdr/mapping/decode-rule.ts';
import { resultOf } from '../../../support/rules.ts';

const RECORD = {
  url: '%2B41%20x%zz',
  base64: 'w7Y',
  bytes: new TextEncoder().encode('{"a":1}'),
  json: '{"a":{"b":[1,2]}}',
  list: '[{"n":1},{"n":2}]',
  broken: '{"a":',
  n: 5,
  urlSafe: '__8',
};

describe('the rule decode', () => {
  it.each<[unknown, unknown]>([
    [{ decode: 'url', of: 'url' }, '+41 x%zz'],
    [{ decode: 'base64', of: 'base64' }, 'ö'],
    [{ decode: 'base64', of: 'urlSafe' }, 'ÿÿ'],
    [{ decode: 'base64', of: 'broken' }, undefined],
    [{ path: 'a.b.1', of: { decode: 'json', of: 'json' } }, 2],
    [{ decode: 'json', of: 'bytes' }, { a: 1 }],
    [{ in: { decode: 'json', of: 'list' }, take: 'n', pick: 'sum' }, 3],
    [{ decode: 'json', of: 'broken' }, undefined],
    [{ decode: 'json', of: 'n' }, undefined],
    [{ decode: 'url', of: 'missing' }, undefined],
  ])('%j gives %j', (rule, value) => {
    expect(resultOf(rule, RECORD)).toEqual(value);
  });

  it('reads back what encoders write, or gives nothing', () => {
    fc.assert(
      fc.property(fc.string({ unit: 'binary' }), fc.jsonValue(), fc.anything(), (binary, json, odd) => {
        // At the beginning it would be the mark of the encoding.
        const text = binary.toWellFormed().replace(/^\ufeff+/, '');
        const field = {
          base64: Buffer.from(text).toString('base64'),
          urlSafe: Buffer.from(text).toString('base64url'),
          json: JSON.stringify(json),
          odd,
        };
        expect(resultOf({ decode: 'base64', of: 'base64' }, field)).toBe(text);
        expect(resultOf({ decode: 'base64', of: 'urlSafe' }, field)).toBe(text);
        expect(resultOf({ decode: 'json', of: 'json' }, field)).toEqual(JSON.parse(field.json));
        for (const decode of ['base64', 'json', 'url']) {
          const decoded = resultOf({ decode, of: 'odd' }, field);
          if (typeof odd !== 'string' && !(odd instanceof Uint8Array)) expect(decoded).toBeUndefined();
        }
      }),
    );
  });
});

describe('parseJson', () => {
  it('gives nothing of what is no JSON', () => {
    expect(parseJson('[1]')).toEqual([1]);
    expect(parseJson('{')).toBeUndefined();
    expect(parseJson('['.repeat(100_000))).toBeUndefined();
  });
});
