import fc from 'fast-check';
import { expect, test } from 'vitest';
import { parsePath, pathText, valueAt, withValueAt } from '../../../src/config/path.ts';

const key = fc.stringMatching(/^[a-zA-Z][\w-]{0,8}$/);
const path = fc.array(fc.oneof(key, fc.nat({ max: 20 })), { minLength: 1, maxLength: 5 });

test('a written path reads back as the same path', () => {
  fc.assert(
    fc.property(key, path, (first, rest) => {
      expect(parsePath(pathText([first, ...rest]))).toEqual([first, ...rest]);
    }),
  );
});

test('indexes may also be written with dots', () => {
  expect(parsePath('sources.0.topic')).toEqual(['sources', 0, 'topic']);
});

test.each(['', 'a..b', '.a', 'a b', 'a="x"', 'a.'])('%j is no path', (text) => {
  expect(parsePath(text)).toBeUndefined();
});

test('keys with other characters stand in quotes', () => {
  expect(pathText(['a', 'b.c', 'd'])).toBe('a["b.c"].d');
});

test('a value that was set is found again, and the original is untouched', () => {
  fc.assert(
    fc.property(path, fc.string(), (path, value) => {
      const before = Object.freeze({});
      expect(
        valueAt(
          withValueAt(before, path, value, () => undefined),
          path,
        ),
      ).toBe(value);
      expect(before).toEqual({});
    }),
  );
});

test('setting one value keeps the others', () => {
  const root = { kafka: { groupId: 'a', brokers: ['x:1', 'y:2'] } };
  expect(withValueAt(root, ['kafka', 'brokers', 1], 'z:3', () => undefined)).toEqual({
    kafka: { groupId: 'a', brokers: ['x:1', 'z:3'] },
  });
});

test('what is missing starts from what the caller gives for it', () => {
  const missing = (path: readonly unknown[]) => (path.length === 1 ? [{ topic: 'calls.cdr' }] : undefined);
  expect(withValueAt({}, ['sources', 0, 'format'], 'csv', missing)).toEqual({
    sources: [{ topic: 'calls.cdr', format: 'csv' }],
  });
});

test('prototypes are neither read nor changed', () => {
  expect(valueAt({}, ['constructor', 'name'])).toBeUndefined();
  withValueAt({}, ['__proto__', 'polluted'], true, () => undefined);
  expect('polluted' in {}).toBe(false);
});
