import { describe, expect, it } from 'vitest';
import { durationField, timeField } from '../../../../src/cdr/mapping/time-rule.ts';

const took = (schema: typeof timeField | typeof durationField, rule: unknown) => schema.safeParse(rule).success;

describe('timeField', () => {
  it.each([
    { time: 'start' },
    { time: 'start', zone: { parameter: 'zone' }, overlap: 'refuse' },
    { time: 'start', unit: 'gregorian' },
    { time: 'start', pattern: ['dd/MM/yyyy HH:mm', 'dd.MM.yyyy HH:mm'] },
    { time: { kafka: 'timestamp' }, unit: 'ms', before: { duration: 'length', unit: 's' } },
    [{ time: 'start' }, { time: 'created', unit: 's' }],
  ])('takes %j', (rule) => {
    expect(took(timeField, rule)).toBe(true);
  });

  it.each(['start', {}, [], { time: 'start', unit: 'h' }, { time: 'start', before: 'length' }, { duration: 'length' }])(
    'refuses %j',
    (rule) => {
      expect(took(timeField, rule)).toBe(false);
    },
  );
});

describe('durationField', () => {
  it.each([
    { duration: 'length' },
    { duration: 'length', unit: 'mm:ss' },
    { from: { time: 'answered' }, to: [{ time: 'ended' }, { time: 'closed' }] },
    {
      sum: [
        { duration: 'talk', unit: 's' },
        { from: { time: 'a' }, to: { time: 'b' } },
      ],
    },
    [{ duration: 'talk', unit: 's' }, { sum: [{ duration: 'a' }] }],
  ])('takes %j', (rule) => {
    expect(took(durationField, rule)).toBe(true);
  });

  it.each(['length', {}, [], { duration: 'length', unit: 'h' }, { from: { time: 'a' } }, { sum: [] }, { sum: ['a'] }])(
    'refuses %j',
    (rule) => {
      expect(took(durationField, rule)).toBe(false);
    },
  );
});
