/** What order costs: a task whose key is one of ten thousand in flight, beside one whose key is the only one. */
import { createKeyOrder } from '../../src/delivery/key-order.ts';
import { type Benchmark, median } from './figure.ts';

const TASKS = 200_000;
const KEYS = 10_000;
const ROUNDS = 5;

export const ordering: Benchmark = {
  names: ['ordering-keys'],
  async run() {
    const many: number[] = [];
    const one: number[] = [];
    // In turns, the first of each to warm up.
    for (let round = 0; round <= ROUNDS; round += 1) {
      const times = [await perTask(1), await perTask(KEYS)] as const;
      if (round === 0) continue;
      one.push(times[0]);
      many.push(times[1]);
    }
    const ratio = median(many.map((value, round) => value / (one[round] ?? Number.NaN)));
    return [{ name: 'ordering-keys', value: median(many), unit: 'ns/task', baseline: median(one), ratio }];
  },
};

/** Nanoseconds of a task that does nothing, with all of them waiting at once. */
async function perTask(keys: number): Promise<number> {
  const order = createKeyOrder((error) => {
    throw error;
  });
  const start = performance.now();
  for (let task = 0; task < TASKS; task += 1) order.run([`key ${task % keys}`], async () => {});
  await order.idle();
  return ((performance.now() - start) / TASKS) * 1e6;
}
