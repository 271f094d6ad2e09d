import { describe, expect, it } from 'vitest';
import { holds, resultOf } from '../../../support/rules.ts';

const AROUND = {
  whole: { id: 'envelope', items: [{ id: 'a' }] },
  recordTime: 1_700_000_000_000,
  topic: 'pbx.cdr',
  key: new TextEncoder().encode('k'),
  headers: { one: new TextEncoder().encode('1'), several: ['1', new TextEncoder().encode('2')], none: undefined },
};

describe('rules about what is around a record', () => {
  it.each<[unknown, unknown]>([
    ['id', 'item'],
    [{ outer: 'id' }, 'envelope'],
    [{ outer: { in: 'items', take: { join: ['id', { outer: 'id' }] } } }, 'a-envelope'],
    [{ header: 'one' }, '1'],
    [{ header: 'several' }, '2'],
    [{ header: 'none' }, undefined],
    [{ header: 'constructor' }, undefined],
    [{ kafka: 'timestamp' }, 1_700_000_000_000],
    [{ kafka: 'key' }, 'k'],
    [{ kafka: 'topic' }, 'pbx.cdr'],
  ])('%j gives %j', (rule, value) => {
    expect(resultOf(rule, { id: 'item' }, AROUND)).toBe(value);
  });

  it('gives nothing where nothing is said', () => {
    for (const rule of [{ header: 'one' }, { kafka: 'timestamp' }, { kafka: 'key' }, { kafka: 'topic' }]) {
      expect(resultOf(rule, {})).toBeUndefined();
    }
    expect(resultOf({ kafka: 'key' }, {}, { recordTime: 0, key: null })).toBeUndefined();
  });

  it('decodes what it has read, once, and after the JSON texts in it', () => {
    const whole = { id: '%2541', json: '{"name":"%22A%22"}' };
    const around = { whole, recordTime: 0, decode: (value: unknown) => decodeURIComponent(String(value)) };
    expect(resultOf({ outer: 'id' }, {}, around)).toBe('%41');
    expect(resultOf({ outer: { first: [{ outer: 'id' }] } }, {}, around)).toBe('%41');
    expect(resultOf({ outer: { path: 'name', of: { decode: 'json', of: 'json' } } }, {}, around)).toBe('"A"');
  });

  it('can be asked of the whole by a condition', () => {
    expect(holds({ value: { outer: 'id' }, is: 'envelope' }, {}, AROUND)).toBe(true);
  });
});
