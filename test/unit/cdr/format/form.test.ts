import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import { decodeForm, looksLikeForm } from '../../../../src/cdr/format/form.ts';

const decode = (text: string) => decodeForm(Buffer.from(text, 'latin1'));

describe('decodeForm', () => {
  it.each<[string, object]>([
    [
      'CallSid=CA1&From=%2B41440000000&To=%2B41440000001\n',
      { CallSid: 'CA1', From: '+41440000000', To: '+41440000001' },
    ],
    ['From=+41440000000&Name=+Ann+B%2e', { From: '+41440000000', Name: ' Ann B.' }],
    ['a=&b&&c=x=y', { a: '', b: '', c: 'x=y' }],
    ['a=1&b=2&a=+3&a=', { a: ['1', '+3', ''], b: '2' }],
    ['a%5B0%5D=%zz&Name=M%FCller&Ort=Z\u00fcrich', { 'a[0]': '%zz', Name: 'M%FCller', Ort: 'Zürich' }],
    ['a=1&=x', { a: '1', '': 'x' }],
  ])('reads %s', (text, record) => {
    expect(decode(text)).toEqual({ kind: 'record', record, format: 'form' });
  });

  it.each(['', 'text', '=x&a=1', '{"a":1}'])('refuses %j', (text) => {
    expect(decode(text)).toMatchObject({ code: 'undecodable', message: expect.stringContaining('no form') });
  });

  it('keeps a hostile name to its record', () => {
    const decoded = decode('__proto__=x&__proto__=y&constructor=z');
    expect(JSON.stringify(decoded)).toContain('{"__proto__":["x","y"],"constructor":"z"}');
  });

  it('reads back what the platform writes', () => {
    const name = fc
      .string({ unit: fc.constantFrom('a', '[', ']', '%', '+', '&', 'é'), minLength: 1 })
      .map((text) => `n${text}`);
    // A blank before digits is taken for a plus.
    const value = fc.string({ unit: 'grapheme' }).filter((text) => !/^ \d/.test(text));
    fc.assert(
      fc.property(fc.dictionary(name, value, { minKeys: 1 }), (fields) => {
        const text = new URLSearchParams(fields).toString();
        expect(decodeForm(Buffer.from(text))).toMatchObject({ record: fields });
      }),
    );
  });
});

describe('looksLikeForm', () => {
  it.each([
    ['CallSid=CA1', true],
    ['a%20b=', true],
    ['{"a":"b=c"}', false],
    ['"a=b",c', false],
    ['a,b=c', false],
    ['a b=c', false],
    ['<a href=b>', false],
    ['text', false],
  ])('%s: %s', (text, is) => {
    expect(looksLikeForm(text)).toBe(is);
  });
});
