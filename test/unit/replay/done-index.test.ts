import fc from 'fast-check';
import { expect, it } from 'vitest';
import { createDoneIndex } from '../../../src/replay/done-index.ts';

const partition = fc.record({ topic: fc.constantFrom('a', 'b'), partition: fc.nat(2) });
const offset = fc.oneof(fc.nat(200), fc.integer({ min: 65_530, max: 65_550 }), fc.nat(2 ** 40));
const call = fc.tuple(partition, offset, fc.nat(3));
type Call = [{ topic: string; partition: number }, number, number];
const nameOf = ([{ topic, partition }, offset, callIndex]: Call) => `${topic} ${partition} ${offset} ${callIndex}`;

it('knows exactly the calls that were added', () => {
  fc.assert(
    fc.property(fc.array(call, { maxLength: 200 }), fc.array(call, { maxLength: 200 }), (added, asked) => {
      const index = createDoneIndex();
      const model = new Set(added.map(nameOf));
      for (const one of added) index.add(...one);
      for (const one of [...added, ...asked]) expect(index.has(...one)).toBe(model.has(nameOf(one)));
    }),
  );
});

it('forgets below an offset, and nothing else', () => {
  fc.assert(
    fc.property(fc.array(call, { maxLength: 100 }), partition, offset, (added, forgotten, below) => {
      const index = createDoneIndex();
      for (const one of added) index.add(...one);
      index.forget(forgotten, below);
      for (const one of added) {
        const [{ topic, partition }, at] = one;
        const isKept = at >= below || topic !== forgotten.topic || partition !== forgotten.partition;
        if (isKept) expect(index.has(...one)).toBe(true);
      }
    }),
  );
});

it('takes one bit a call', () => {
  const index = createDoneIndex();
  const source = { topic: 'calls.cdr', partition: 0 };
  for (let offset = 0; offset < 1_000_000; offset += 1) index.add(source, offset, 0);
  expect(index.bytes).toBeLessThanOrEqual(132_000);
  index.forget(source, 1_000_000);
  expect(index.bytes).toBeLessThanOrEqual(8_192);
});
