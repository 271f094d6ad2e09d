import { expect, it } from 'vitest';
import { drainedCall, isDrained } from '../../../src/parking/drained.ts';
import { ManualClock } from '../../support/manual-clock.ts';
import { parkedRecord } from '../../support/parked-record.ts';
import { openParking } from '../../support/parking-world.ts';
import { NOTHING_READ, sampleDelivery } from '../../support/sample-delivery.ts';

const record = parkedRecord(9, { source: 4, id: 'x', portal: 'a' });

function open(doubtSince?: number) {
  const clock = new ManualClock();
  const published: number[] = [];
  let settles = 0;
  const delivery = drainedCall([record], {
    tenure: {
      ...{ topic: 'calls.cdr', partition: 5, room: 1, isPressed: false, hasRoom: true },
      issuing: {
        sending: new AbortController().signal,
        publishing: new AbortController().signal,
        issued: { granted: () => true, wait: async () => {}, claim: () => true },
      },
      outputs: { published: (mark) => published.push(mark), settled() {} },
    },
    ...{ ends: NOTHING_READ, doubtSince, settle: 10_000, clock },
    ticket: { portal: 'a', signal: new AbortController().signal, isOvertaking: () => false, putBack() {} },
    settled: () => {
      settles += 1;
    },
  });
  return { clock, delivery, published, settles: () => settles };
}

it('is the record of the source once more', () => {
  const { delivery } = open();
  expect(delivery).toMatchObject({
    topic: 'calls.cdr',
    partition: 5,
    offset: 4,
    timestamp: 7,
    key: null,
    inDoubt: false,
  });
  expect(delivery.value?.toString()).toBe('x of a');
  // Its buffer must not keep a whole answer of the broker alive.
  expect(delivery.value).not.toBe(record.value);
});

it('keeps its outputs to be read again under a name of its own', () => {
  const { delivery, published, settles } = open();
  delivery.published({ topic: 'calls.enriched', partition: 0 }, 7);
  delivery.settle();
  expect([published, settles()]).toEqual([[-10], 1]);
});

it('waits in doubt for the rest of its time', async () => {
  const { clock, delivery } = open(0);
  await clock.elapse(4_000 - clock.now());
  let isSettled = false;
  void delivery.readBack.untilSettled(4, 'x', delivery.signal).then(() => {
    isSettled = true;
  });
  await clock.elapse(10_000 - clock.now() - 1);
  expect(isSettled).toBe(false);
  await clock.elapse(1);
  expect(isSettled).toBe(true);
});

it('is told from a record of the source', () => {
  expect([isDrained(open().delivery), isDrained(sampleDelivery())]).toEqual([true, false]);
  expect(openParking([]).parkedIds()).toEqual([]);
});
