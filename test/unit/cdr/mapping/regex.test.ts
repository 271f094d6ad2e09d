import '../../../../src/linear-regexp.ts';
import { describe, expect, it } from 'vitest';
import { Problems } from '../../../../src/cdr/mapping/problems.ts';
import { compileRegex, matchable } from '../../../../src/cdr/mapping/regex.ts';

describe('compileRegex', () => {
  it.each(['(a+)+b', '^(a|aa)+$', '(a*)*b', '(.*)(.*)(.*)(.*)c', '(a?){15}a{15}b', '(x+x+)+y'])(
    '%s comes to an end on a long text',
    (source) => {
      const expression = compileRegex(source, '', new Problems(), []);
      const text = matchable(`${'a'.repeat(2000)}${'x'.repeat(2000)}!`);
      const start = performance.now();
      expect(expression?.test(text ?? '')).toBe(false);
      // Without the linear engine most of these take longer than the universe has lasted.
      expect(performance.now() - start).toBeLessThan(2000);
    },
  );

  it.each(['(', '(?=a)', '(?!a)', '(a)\\1', '(?i:a)', 'a{17}'])('%s is refused', (source) => {
    const problems = new Problems();
    expect(compileRegex(source, '', problems, ['call', 'x'])).toBeUndefined();
    expect(() => problems.throwIfAny('test')).toThrow('call.x: no regular expression that can be used');
  });

  it('one that only its first use finds to be too large is refused', () => {
    const problems = new Problems();
    expect(compileRegex('x'.repeat(70_000), '', problems, ['call', 'x'])).toBeUndefined();
    expect(problems.lines.join()).toMatch(/^call.x: .*too large$/);
  });

  it('says which texts are too long to be matched', () => {
    expect(matchable('x'.repeat(4096))).toHaveLength(4096);
    expect(matchable('x'.repeat(4097))).toBeUndefined();
    expect(matchable(undefined)).toBeUndefined();
  });
});
