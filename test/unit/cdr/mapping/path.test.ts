import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import { compilePath } from '../../../../src/cdr/mapping/path.ts';

const RECORD = { a: { b: [{ c: 1 }] }, 'Call ID': 'x', 'a.b': 2, nothing: null };

describe('compilePath', () => {
  it.each([
    ['Call ID', 'x'],
    ['a.b.0.c', 1],
    [['a.b'], 2],
    [['a', 'b', '0', 'c'], 1],
    ['nothing', null],
    ['nothing.more', undefined],
    ['a.b.7.c', undefined],
    ['missing', undefined],
  ])('%j leads to %j', (path, value) => {
    expect(compilePath(path)(RECORD)).toBe(value);
  });

  it.each(['constructor', '__proto__', 'toString', 'a.constructor.name'])('does not find %s of Object', (path) => {
    expect(compilePath(path)(RECORD)).toBeUndefined();
  });

  it('finds a key of such a name in the record itself', () => {
    expect(compilePath('__proto__.x')(JSON.parse('{"__proto__":{"x":1}}'))).toBe(1);
  });

  it('never throws', () => {
    fc.assert(fc.property(fc.string(), fc.anything(), (path, record) => void compilePath(path)(record)));
  });
});
