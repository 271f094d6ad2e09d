import fc from 'fast-check';
import { expect, test } from 'vitest';
import { type FaultRuleInput, faultRule } from '../../../src/crm/fault-rule.ts';
import { type FaultSubject, Faults } from '../../../src/crm/faults.ts';

const SUBJECT: FaultSubject = { endpoint: 'inbound-call', portal: 'main', number: '+1', externalCallId: 'a' };

function faultsOf(...rules: FaultRuleInput[]): Faults {
  const faults = new Faults();
  for (const rule of rules) faults.add(faultRule.parse(rule), 0);
  return faults;
}

const pattern = (faults: Faults, length: number, now = 0) =>
  Array.from({ length }, () => (faults.pick(SUBJECT, now) ? 'x' : '.')).join('');

test.each([
  [{}, true],
  [{ portal: 'main', number: '+1', externalCallId: 'a' }, true],
  [{ portal: 'other' }, false],
  [{ number: '+2' }, false],
  [{ externalCallId: 'b' }, false],
  [{ endpoint: 'call-search' }, false],
] as const)('%j fits: %s', (target, expected) => {
  expect(faultsOf({ kind: 'hang', ...target }).pick(SUBJECT, 0) !== undefined).toBe(expected);
});

test('skip lets the first ones pass, count ends it', () => {
  expect(pattern(faultsOf({ kind: 'hang', skip: 2, count: 3 }), 8)).toBe('..xxx...');
});

test('a rule holds within its time only, and counts nothing outside', () => {
  const faults = faultsOf({ kind: 'hang', startAfter: '10s', lasts: '5s', count: 2 });
  expect(pattern(faults, 2, 9999)).toBe('..');
  expect(pattern(faults, 1, 10_000)).toBe('x');
  expect(pattern(faults, 1, 15_000)).toBe('.');
  expect(faults.list()).toMatchObject([{ id: 1, hits: 1 }]);
});

test('a share is met about as often as it says, by the same requests again', () => {
  fc.assert(
    fc.property(fc.integer(), fc.integer({ min: 1, max: 9 }), (seed, tenths) => {
      const rule = { kind: 'hang', share: tenths / 10, seed } as const;
      const hits = pattern(faultsOf(rule), 2000);
      expect(pattern(faultsOf(rule), 2000)).toBe(hits);
      const share = hits.replaceAll('.', '').length / hits.length;
      expect(Math.abs(share - tenths / 10)).toBeLessThan(0.08);
    }),
  );
});

test('the oldest rule that hits decides, and what it hits the later ones do not count', () => {
  const faults = faultsOf({ kind: 'hang', count: 1 }, { kind: 'html', count: 1 });
  expect(faults.pick(SUBJECT, 0)?.kind).toBe('hang');
  expect(faults.pick(SUBJECT, 0)?.kind).toBe('html');
  expect(faults.pick(SUBJECT, 0)).toBeUndefined();
});

test('rules are removed by id, or all together', () => {
  const faults = faultsOf({ kind: 'hang' }, { kind: 'html' });
  expect(faults.remove(1)).toBe(true);
  expect(faults.remove(1)).toBe(false);
  expect(faults.pick(SUBJECT, 0)?.kind).toBe('html');
  faults.clear();
  expect(faults.list()).toEqual([]);
});
