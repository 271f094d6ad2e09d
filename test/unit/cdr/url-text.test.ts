import { describe, expect, it } from 'vitest';
import { decodePercent } from '../../../src/cdr/url-text.ts';

describe('decodePercent', () => {
  it.each([
    ['plain+text', 'plain+text'],
    ['%2B41%20%C3%BC', '+41 ü'],
    ['100%', '100%'],
    ['%zz%41%', '%zzA%'],
    ['%FC%41', '%FC%41'],
    ['%2541', '%41'],
  ])('%s is %s', (text, decoded) => {
    expect(decodePercent(text)).toBe(decoded);
  });
});
