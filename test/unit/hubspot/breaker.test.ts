import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import { createBreaker, FAILURES_IN_A_ROW } from '../../../src/hubspot/breaker.ts';

describe('breaker', () => {
  it('takes failures in a row for an outage, until something works again', () => {
    fc.assert(
      fc.property(fc.array(fc.boolean(), { maxLength: 200 }), (answers) => {
        const breaker = createBreaker();
        let inARow = 0;
        for (const isSuccess of answers) {
          inARow = isSuccess ? 0 : inARow + 1;
          if (isSuccess) breaker.succeeded();
          else expect(breaker.failed()).toBe(inARow >= FAILURES_IN_A_ROW);
        }
      }),
    );
  });

  it('is not deceived by one call that fails far more often than the others succeed', () => {
    const breaker = createBreaker();
    for (let n = 0; n < 100; n += 1) {
      for (let attempt = 1; attempt < FAILURES_IN_A_ROW; attempt += 1) expect(breaker.failed()).toBe(false);
      breaker.succeeded();
    }
  });
});
