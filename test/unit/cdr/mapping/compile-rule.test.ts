import { describe, expect, it } from 'vitest';
import { compileAll, compileCondition } from '../../../../src/cdr/mapping/compile-rule.ts';
import { scopeOf } from '../../../support/rules.ts';

describe('rules in rules', () => {
  it('are compiled with the place where each stands', () => {
    const scope = scopeOf();
    compileAll(['a', { first: [{ of: 'a', when: { filled: { parameter: 'one' } } }] }], scope, ['call', 'x']);
    compileCondition({ all: [{ some: 'a', where: { exists: { parameter: 'two' } } }] }, scope, ['requires', 0]);
    expect(() => scope.problems.throwIfAny('test')).toThrow(
      [
        'mapping test:',
        '  call.x[1].first[0].when.filled: there is no parameter one',
        '  requires[0].all[0].where.exists: there is no parameter two',
      ].join('\n'),
    );
  });
});
