import { describe, expect, it } from 'vitest';
import { type ParameterRule, type ParameterValues, resolveParameters } from '../../../../src/cdr/mapping/parameters.ts';
import { Problems } from '../../../../src/cdr/mapping/problems.ts';

const DECLARED: Record<string, ParameterRule> = {
  contexts: { type: 'list', description: 'Contexts.', required: false, default: ['from-trunk'] },
  zone: { type: 'text', description: 'Zone.', required: false, default: 'UTC' },
  number: { type: 'text', description: 'Main number.', required: true },
};

const resolve = (given: ParameterValues) => {
  const problems = new Problems();
  const values = resolveParameters(DECLARED, given, problems);
  problems.throwIfAny('test');
  return Object.fromEntries(values);
};

describe('resolveParameters', () => {
  it('fills in defaults', () => {
    expect(resolve({ number: '1' })).toEqual({ contexts: ['from-trunk'], zone: 'UTC', number: '1' });
  });

  it('takes a text with commas for a list where one is declared', () => {
    expect(resolve({ number: '1', contexts: 'a, b,,c ' })).toMatchObject({ contexts: ['a', 'b', 'c'] });
  });

  it('names every mistake', () => {
    expect(() => resolve({ zone: ['UTC'], context: 'x' })).toThrow(
      [
        'mapping test:',
        '  parameters.context: no parameter of this mapping; it has contexts, zone, number',
        '  parameters.zone: is one text, not a list',
        '  parameters.number: has to be set for the source: Main number.',
      ].join('\n'),
    );
  });

  it('does not take names of Object for parameters', () => {
    expect(() => resolve({ number: '1', constructor: 'x' })).toThrow('parameters.constructor: no parameter');
  });
});
