import fc from 'fast-check';
import { expect, it } from 'vitest';
import { createIdSet } from '../../../src/replay/id-set.ts';

const id = fc.oneof(fc.string(), fc.nat(50).map(String));

it('has what was added, up to its size', () => {
  fc.assert(
    fc.property(
      fc.array(id, { maxLength: 300 }),
      fc.array(id),
      fc.integer({ min: 1, max: 400 }),
      (added, asked, most) => {
        const set = createIdSet(most);
        const model = new Set<string>();
        let dropped = 0;
        for (const one of added) {
          const fits = model.has(one) || model.size < most;
          if (fits) model.add(one);
          else dropped += 1;
          expect(set.add(one)).toBe(fits);
        }
        for (const one of [...added, ...asked]) expect(set.has(one)).toBe(model.has(one));
        expect([set.size, set.dropped]).toEqual([model.size, dropped]);
      },
    ),
  );
});

it('grows without losing any', () => {
  const set = createIdSet(100_000);
  for (let n = 0; n < 100_000; n += 1) set.add(`call-${n}`);
  for (let n = 0; n < 100_000; n += 97) expect(set.has(`call-${n}`)).toBe(true);
  expect(set.has('call-100000')).toBe(false);
  expect(set.size).toBe(100_000);
});
