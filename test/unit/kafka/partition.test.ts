import { setFlagsFromString } from 'node:v8';
import { runInNewContext } from 'node:vm';
import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import type { Delivery } from '../../../src/kafka/delivery.ts';
import { AssignedPartition, type FetchedRecord } from '../../../src/kafka/partition.ts';

const LIMITS = { window: 64, bytes: 1_000 };

function record(offset: number, bytes = 10): FetchedRecord {
  return { offset, timestamp: 1_700_000_000_000, key: null, value: Buffer.alloc(bytes), headers: {} };
}

function partition(committed = 0, limits = LIMITS) {
  const pauses: boolean[] = [];
  const assigned = new AssignedPartition(
    { topic: 'calls.cdr', partition: 3 },
    { offset: committed, metadata: '' },
    limits,
    (changed) => pauses.push(changed.isPaused),
  );
  const taken: Delivery[] = [];
  const take = (one: FetchedRecord) => assigned.offer(one, (delivery) => taken.push(delivery) > 0);
  return { assigned, pauses, taken, take };
}

describe('AssignedPartition', () => {
  it('pauses when the window is full and goes on when half of it is free', () => {
    const { assigned, pauses, taken, take } = partition();
    for (let offset = 0; offset < 64; offset += 1) expect(take(record(offset))).toBe(true);
    expect(take(record(64))).toBe(false);
    expect(pauses).toEqual([true]);
    for (const delivery of taken.slice(0, 31)) delivery.settle();
    expect(assigned.isPaused).toBe(true);
    taken[31]?.settle();
    expect(pauses).toEqual([true, false]);
    expect(take(record(64))).toBe(true);
  });

  it('pauses on bytes, takes a single larger record alone, and goes on after it', () => {
    const { pauses, taken, take } = partition();
    expect(take(record(0, 5_000))).toBe(true);
    expect(take(record(1))).toBe(false);
    taken[0]?.settle();
    expect(pauses).toEqual([true, false]);
    expect(take(record(1))).toBe(true);
  });

  it('never stays paused once everything is settled, in whatever order and size', () => {
    const sizes = fc.array(fc.record({ bytes: fc.nat(1_500), gap: fc.nat(80), settle: fc.nat(5) }), { maxLength: 80 });
    fc.assert(
      fc.property(sizes, fc.nat(), (records, seed) => {
        const { assigned, taken, take } = partition();
        const open = () => taken.filter((delivery) => !assigned.tracker.isDone(delivery.offset));
        let offset = 0;
        for (const { bytes, gap, settle } of records) {
          const next = offset + gap;
          if (take(record(next, bytes))) offset = next + 1;
          for (let n = 0; n < settle; n += 1) open()[seed % Math.max(1, open().length)]?.settle();
        }
        for (const delivery of open()) delivery.settle();
        expect(assigned.isPaused).toBe(false);
        expect(assigned.status()).toMatchObject({ unsettled: 0, span: 0 });
      }),
    );
  });

  it('takes a refused record back: it is delivered again after resume, and nothing of it is left', () => {
    const { assigned, pauses, taken, take } = partition(7);
    expect(assigned.offer(record(7), () => false)).toBe(false);
    expect(pauses).toEqual([true]);
    expect(assigned.status()).toMatchObject({ unsettled: 0, span: 0, watermark: 7 });
    expect(take(record(7))).toBe(false);
    assigned.resume('refused');
    expect(pauses).toEqual([true, false]);
    expect(take(record(7))).toBe(true);
    expect(taken).toHaveLength(1);
  });

  it('passes over what it has seen already', () => {
    const { taken, take } = partition();
    take(record(0));
    expect(take(record(0))).toBe(true);
    expect(taken).toHaveLength(1);
  });

  it('fetches again only when no reason for the pause is left', () => {
    const { assigned, pauses } = partition();
    assigned.pause('restoring');
    assigned.pause('stopped');
    assigned.resume('restoring');
    assigned.resume('full');
    expect(assigned.isPaused).toBe(true);
    assigned.resume('stopped');
    expect(pauses).toEqual([true, false]);
  });

  it('settles once, and not at all after the partition was lost', () => {
    const { assigned, taken, take } = partition();
    take(record(0));
    take(record(1));
    taken[0]?.settle();
    taken[0]?.settle();
    expect(assigned.status()).toMatchObject({ watermark: 1, unsettled: 1 });
    assigned.lose();
    taken[1]?.settle();
    expect(assigned.tracker.watermark).toBe(1);
    expect(taken[1]?.signal.aborted).toBe(true);
  });

  it('stops the issuing of what is out, which can still be settled', () => {
    const { assigned, taken, take } = partition();
    take(record(0));
    assigned.stopIssuing();
    expect(taken[0]?.signal.aborted).toBe(true);
    taken[0]?.settle();
    expect(assigned.commitDue()).toMatchObject({ offset: 1 });
  });

  it('knows its own commits, the one on its way included, and never goes back', () => {
    const { assigned, taken, take } = partition(5);
    expect(assigned.commitDue()).toBeUndefined();
    take(record(5));
    taken[0]?.settle();
    const due = assigned.commitDue();
    expect(due).toEqual({ offset: 6, metadata: '', changes: 1 });
    if (due === undefined) throw new Error('a commit is due');
    assigned.commitSent(due);
    expect([5, 6, 7].map((offset) => assigned.isOwnCommit(offset))).toEqual([true, true, false]);
    assigned.commitAcknowledged(due);
    assigned.commitAcknowledged({ ...due, offset: 4 });
    expect(assigned.commitDue()).toBeUndefined();
    expect(assigned.isOwnCommit(5)).toBe(false);
  });

  it('reckons the lag from the watermark', () => {
    const { assigned, take } = partition(100);
    take(record(100));
    assigned.end = 250;
    expect(assigned.status()).toMatchObject({ lag: 150, span: 1, unsettled: 1, paused: false });
  });

  it('copies bytes and headers, so that a record does not keep its fetch response alive', () => {
    setFlagsFromString('--expose-gc');
    const collect: unknown = runInNewContext('gc');
    const { taken, take } = partition();
    const fetched = () => {
      const response = Buffer.allocUnsafeSlow(24);
      response.write('key1value1header1header2');
      const one: FetchedRecord = {
        offset: 0,
        timestamp: 0,
        key: response.subarray(0, 4),
        value: response.subarray(4, 10),
        headers: { one: response.subarray(10, 17), two: [response.subarray(17), 'text'], none: undefined },
      };
      take(one);
      return [new WeakRef<object>(one), new WeakRef<object>(response.buffer)];
    };
    const references = fetched();
    return new Promise<void>((resolve) => setImmediate(resolve)).then(() => {
      if (typeof collect === 'function') collect();
      expect(references.map((reference) => reference.deref())).toEqual([undefined, undefined]);
      const { key, value, headers } = taken[0] ?? {};
      expect([key, value].map(String)).toEqual(['key1', 'value1']);
      expect(String(headers?.one)).toBe('header1');
      expect([headers?.two].flat().map(String)).toEqual(['header2', 'text']);
    });
  });
});
