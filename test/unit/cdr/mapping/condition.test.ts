import { describe, expect, it } from 'vitest';
import { holds } from '../../../support/rules.ts';

const RECORD = {
  context: 'from-trunk-sip',
  number: 8,
  text: '8.5',
  blank: ' ',
  legs: [{ end: 'busy' }, { end: 'ok', n: 1 }],
};

describe('conditions', () => {
  it.each<[unknown, boolean]>([
    [{ exists: 'blank' }, true],
    [{ exists: 'missing' }, false],
    [{ filled: 'number' }, true],
    [{ filled: 'blank' }, false],
    [{ not: { filled: 'blank' } }, true],
    [{ all: [{ exists: 'blank' }, { exists: 'number' }] }, true],
    [{ all: [{ exists: 'blank' }, { exists: 'missing' }] }, false],
    [{ any: [{ exists: 'missing' }, { exists: 'blank' }] }, true],
    [{ any: [{ exists: 'missing' }] }, false],
    [{ some: 'legs', where: { value: 'end', is: 'ok' } }, true],
    [{ some: 'legs', where: { value: 'end', is: 'no' } }, false],
    [{ some: 'legs', where: { same: ['n', { outer: 'legs.1.n' }] } }, true],
    [{ some: 'context', where: { not: { exists: 'x' } } }, false],
  ])('%j is %s', (rule, expected) => {
    expect(holds(rule, RECORD)).toBe(expected);
  });
});
