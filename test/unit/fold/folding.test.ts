import { expect, it } from 'vitest';
import type { FoldEvents } from '../../../src/fold/fold-events.ts';
import type { FoldParts } from '../../../src/fold/fold-part.ts';
import { Folding } from '../../../src/fold/folding.ts';
import type { TopicPartition } from '../../../src/kafka/delivery.ts';
import type { SourceStages } from '../../../src/source-stages.ts';
import { ManualClock } from '../../support/manual-clock.ts';
import { sampleDelivery } from '../../support/sample-delivery.ts';

const LIMITS = { idle: 30_000, late: 600_000, maxParts: 100, maxBytes: 1_000, maxOpen: 100 };
const PLACE = { topic: 'calls.cdr', partition: 5 };

function open(idle?: number) {
  const clock = new ManualClock();
  const closed: string[] = [];
  const failures: unknown[] = [];
  const state = { read: [PLACE] as readonly TopicPartition[], asked: 0, isDown: false };
  const events: FoldEvents = { closed() {}, late() {}, parkedBefore() {}, lookFailed: (error) => failures.push(error) };
  const folding = new Folding(LIMITS, {
    async readToEnd() {
      state.asked += 1;
      if (state.isDown) throw new Error('no broker');
      return state.read;
    },
    closed: ([{ part }]: FoldParts) => closed.push(part.key),
    parking: { hold: async () => undefined, whole() {} },
    clock,
    events,
  });
  const stages: SourceStages = {
    decode: () => ({ kind: 'tombstone' }),
    map: () => [],
    fold: { idle, join: () => ({ portal: undefined, mapped: { kind: 'skip', reason: 'filtered' } }) },
    mapping: { name: 'm', version: '1' },
    portal: () => undefined,
  };
  const lost = new AbortController();
  let offset = 0;
  const take = (key: string, timestamp = clock.wall()) => {
    const delivery = sampleDelivery({ offset, timestamp, signal: lost.signal });
    offset += 1;
    folding.see(delivery, stages);
    const part = { kind: 'part', key, ends: () => false, record: {} } as const;
    folding.take({ part, record: {}, source: delivery, delivery, stages, callIndex: 0, done() {} });
  };
  return { clock, closed, failures, state, folding, take, lost };
}

it('closes what is idle when its partition was read to its end, and asks for that only then', async () => {
  const { clock, closed, state, take } = open();
  take('a');
  await clock.elapse(29_000);
  expect(state.asked).toBe(0);
  await clock.elapse(1_000);
  expect([state.asked, closed]).toEqual([1, ['a']]);
  expect(clock.pending).toBe(0);
});

it('closes nothing of a partition that is not read to its end, however long that lasts', async () => {
  const { clock, closed, state, take } = open();
  state.read = [];
  take('a');
  await clock.elapse(600_000);
  expect(closed).toEqual([]);
  state.read = [PLACE];
  await clock.elapse(1_000);
  expect(closed).toEqual(['a']);
});

it('waits while the broker cannot be asked', async () => {
  const { clock, closed, state, failures, take } = open();
  state.isDown = true;
  take('a');
  await clock.elapse(40_000);
  expect(closed).toEqual([]);
  expect(failures.length).toBeGreaterThan(1);
  state.isDown = false;
  await clock.elapse(1_000);
  expect(closed).toEqual(['a']);
});

it('goes by the times of the records while the partition is behind', async () => {
  const { clock, closed, state, take } = open();
  state.read = [];
  const past = clock.wall() - 3_600_000;
  for (let n = 0; n < 40; n += 1) take(`${n}`, past + n * 1_000);
  expect(closed).toEqual(['4', '5']);
});

it('takes the time of the mapping before that of the configuration', async () => {
  const { clock, closed, take } = open(5_000);
  take('a');
  await clock.elapse(5_000);
  expect(closed).toEqual(['a']);
});

it('tells what is open, and forgets it with the partition', async () => {
  const { clock, folding, take, lost } = open();
  take('a');
  clock.advance(400);
  take('b');
  expect(folding.status()).toEqual([{ ...PLACE, open: 2, oldestMs: 400, parked: 0 }]);
  lost.abort();
  expect(folding.status()).toEqual([]);
  await clock.elapse(500);
  expect(clock.pending).toBe(0);
});
