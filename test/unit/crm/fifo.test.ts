import fc from 'fast-check';
import { expect, test } from 'vitest';
import { Fifo } from '../../../src/crm/fifo.ts';

test('behaves as an array does, across its cuts', () => {
  const step = fc.oneof(
    { weight: 3, arbitrary: fc.record({ push: fc.nat(1500) }) },
    { weight: 2, arbitrary: fc.record({ shift: fc.nat(1500) }) },
    { weight: 1, arbitrary: fc.constant({ clear: true as const }) },
  );
  fc.assert(
    fc.property(fc.array(step, { maxLength: 20 }), fc.nat(5), (steps, place) => {
      const fifo = new Fifo<number>();
      const model: number[] = [];
      let next = 0;
      for (const each of steps) {
        if ('push' in each) {
          for (let count = 0; count < each.push; count += 1) {
            fifo.push(next);
            model.push(next);
            next += 1;
          }
        } else if ('shift' in each) {
          for (let count = 0; count < each.shift; count += 1) expect(fifo.shift()).toBe(model.shift());
        } else {
          fifo.clear();
          model.length = 0;
        }
        expect(fifo.length).toBe(model.length);
        expect(fifo.at(place)).toBe(model[place]);
        expect([...fifo.from(place)]).toEqual(model.slice(place));
      }
    }),
    { numRuns: 30 },
  );
});
