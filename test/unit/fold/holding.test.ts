import { expect, it } from 'vitest';
import type { FoldPart, FoldParts } from '../../../src/fold/fold-part.ts';
import type { Pieces } from '../../../src/fold/folded-delivery.ts';
import { Gathered } from '../../../src/fold/gathered.ts';
import { Holding } from '../../../src/fold/holding.ts';
import type { Tenure } from '../../../src/kafka/delivery.ts';
import type { PartsMark } from '../../../src/parking/part-parking.ts';
import type { SourceStages } from '../../../src/source-stages.ts';
import { ManualClock, settled } from '../../support/manual-clock.ts';
import { sampleDelivery } from '../../support/sample-delivery.ts';

const stages: SourceStages = {
  decode: () => ({ kind: 'tombstone' }),
  map: () => [],
  mapping: { name: 'm', version: '1' },
  portal: () => undefined,
};
const tenure: Tenure = {
  ...{ topic: 'calls.cdr', partition: 5, room: 1, isPressed: false, hasRoom: false },
  issuing: {
    sending: new AbortController().signal,
    publishing: new AbortController().signal,
    issued: { granted: () => true, wait: async () => {}, claim: () => true },
  },
  outputs: { published() {}, settled() {} },
};

function open() {
  const clock = new ManualClock();
  const done: number[] = [];
  const parked: [offsets: number[], size: number | undefined][] = [];
  const whole: (readonly number[])[] = [];
  const closed: number[][] = [];
  const state = { isRefused: false };
  const holding = new Holding({
    parking: {
      async hold(pieces: Pieces, { size }: PartsMark) {
        if (state.isRefused) return undefined;
        const offsets = pieces.map(({ delivery }) => delivery.offset);
        parked.push([offsets, size]);
        return offsets.map((offset) => offset + 100);
      },
      whole: (_tenure, _portal, offsets) => whole.push(offsets),
    },
    closed: (parts: FoldParts) => closed.push(parts.map(({ delivery }) => delivery.offset)),
    clock,
  });
  const part = (offset: number): Gathered => {
    const delivery = sampleDelivery({ offset });
    const mapped = { kind: 'part', key: 'a', ends: () => false, record: {} } as const;
    const one: FoldPart = {
      ...{ part: mapped, record: {}, source: delivery, delivery, stages, callIndex: 0 },
      done: () => done.push(offset),
    };
    return Gathered.of(one);
  };
  return { clock, holding, part, done, parked, whole, closed, state };
}

it('gives a call of which nothing is parked as it is', () => {
  const { holding, part, closed, parked } = open();
  holding.close(tenure, [part(1), part(2)]);
  expect([closed, parked]).toEqual([[[1, 2]], []]);
});

it('parks the older half of what is open, and is done with it', async () => {
  const { holding, part, done, parked } = open();
  const calls = [[part(3), part(9)], [part(1)]];
  holding.relieve(calls);
  await settled();
  expect([done, parked]).toEqual([
    [1, 3],
    [
      [[1], undefined],
      [[3], undefined],
    ],
  ]);
  holding.relieve(calls);
  await settled();
  expect(done).toEqual([1, 3, 9]);
});

it('parks the rest of a call that is over, and then it is a parked call', async () => {
  const { holding, part, done, parked, whole, closed } = open();
  const parts = [part(1), part(2), part(3)];
  holding.relieve([[parts[0] ?? part(1)]]);
  holding.close(tenure, parts);
  await settled();
  expect(parked).toEqual([
    [[1], undefined],
    [[2, 3], 3],
  ]);
  expect([whole, done, closed]).toEqual([[[101, 102, 103]], [1, 2, 3], []]);
});

it('waits with what the parked topic refuses, and goes on when it takes it', async () => {
  const { clock, holding, part, done, whole, closed, state } = open();
  const parts = [part(1), part(2)];
  holding.relieve([[parts[0] ?? part(1)]]);
  await settled();
  state.isRefused = true;
  holding.close(tenure, parts);
  await clock.elapse(60_000);
  expect([whole, done]).toEqual([[], [1]]);
  state.isRefused = false;
  await clock.elapse(10_000);
  expect([whole, done]).toEqual([[[101, 102]], [1, 2]]);

  state.isRefused = true;
  const large = [part(7), part(8)];
  holding.relieve([large]);
  holding.close(tenure, large);
  await settled();
  expect(closed).toEqual([[7, 8]]);
});
