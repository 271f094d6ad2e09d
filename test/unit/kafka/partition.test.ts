import { setFlagsFromString } from 'node:v8';
import { runInNewContext } from 'node:vm';
import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import { decodeMetadata } from '../../../src/kafka/commit-metadata.ts';
import type { Delivery } from '../../../src/kafka/delivery.ts';
import type { FetchedRecord } from '../../../src/kafka/fetched-record.ts';
import { AssignedPartition } from '../../../src/kafka/partition.ts';
import type { TakenOver } from '../../../src/kafka/taken-over.ts';
import { ManualClock } from '../../support/manual-clock.ts';
import { NOTHING_READ } from '../../support/sample-delivery.ts';

const LIMITS = { window: 64, unsettled: () => 1_000, bytes: () => 1_000 };
const MARK = { group: 'g', run: 'r.1', partitions: 4 };

function record(offset: number, bytes = 10): FetchedRecord {
  return { offset, timestamp: 1_700_000_000_000, key: null, value: Buffer.alloc(bytes), headers: {} };
}

function partition(offset = 0, changes: Partial<TakenOver> & { limits?: typeof LIMITS } = {}) {
  const { limits = LIMITS, ...found } = changes;
  const pauses: boolean[] = [];
  const clock = new ManualClock();
  const asked = { commits: 0, isLeased: true };
  const assigned = new AssignedPartition(
    { topic: 'calls.cdr', partition: 3 },
    { offset, text: 'old', metadata: undefined, readBack: NOTHING_READ, outputs: [], mark: MARK, ...found },
    limits,
    {
      isLeased: () => asked.isLeased,
      onLow: () => {
        asked.commits += 1;
      },
      clock,
    },
    (changed) => pauses.push(changed.isPaused),
  );
  const taken: Delivery[] = [];
  const take = (one: FetchedRecord) => assigned.offer(one, (delivery) => taken.push(delivery) > 0);
  const commit = () => {
    const due = assigned.commitDue();
    if (due === undefined) throw new Error('no commit is due');
    return { ...due, said: decodeMetadata(due.metadata, due.offset, MARK.group) };
  };
  return { assigned, asked, clock, pauses, taken, take, commit };
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

  it('counts the bytes of headers, and keeps those with the names of Object', () => {
    const { taken, take } = partition();
    const headers = Object.fromEntries([
      ['__proto__', Buffer.from('x')],
      ['toString', [Buffer.alloc(500), Buffer.alloc(500)]],
    ]);
    expect(take({ ...record(0), headers })).toBe(true);
    expect(Object.entries(taken[0]?.headers ?? {})).toEqual(Object.entries(headers));
    expect(take(record(1))).toBe(false);
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

  it('is for its new owner to publish once the time for what is on the wire is over', () => {
    const { assigned, taken, take } = partition();
    take(record(0));
    assigned.lose();
    expect([taken[0]?.signal.aborted, taken[0]?.publishing.aborted]).toEqual([true, false]);
    assigned.issuing.stopPublishing();
    expect(taken[0]?.publishing.aborted).toBe(true);
  });

  it('lets nothing be sent before a commit has said so, and asks for that commit', () => {
    const { assigned, asked, taken, take, commit } = partition(5);
    take(record(5));
    assigned.reopen();
    const permission = taken[0]?.permission;
    expect(permission?.granted()).toBe(true);
    expect(permission?.claim()).toBeInstanceOf(Promise);
    expect(asked.commits).toBe(1);
    const due = commit();
    expect(due.said).toMatchObject({ base: 5, group: 'g', run: 'r.1', partitions: 4 });
    expect(due.said?.ceiling).toBeGreaterThan(5);
    expect(permission?.claim()).toBeInstanceOf(Promise);
    assigned.commitAcknowledged(due);
    expect(permission?.claim()).toBe(true);
  });

  it('commits when something is new, and says what is done, and where the outputs tell of the rest', () => {
    const outputs = [{ topic: 'calls.enriched', partition: 3, offset: 40 }];
    const { assigned, taken, take, commit } = partition(5, { outputs });
    assigned.reopen();
    assigned.commitAcknowledged(commit());
    expect(assigned.commitDue()).toBeUndefined();
    for (const offset of [5, 6, 7]) take(record(offset));
    taken[1]?.published({ topic: 'calls.enriched', partition: 3 }, 41);
    taken[1]?.settle();
    taken[2]?.published({ topic: 'calls.enriched', partition: 3 }, 44);
    expect(commit()).toMatchObject({
      offset: 5,
      said: { done: Buffer.from([2]), outputs: [{ topic: 'calls.enriched', partition: 3, offset: 44 }] },
    });
  });

  it('names exactly what was sent when it is closed, and sends nothing more', () => {
    const { assigned, taken, take, commit } = partition(0);
    assigned.reopen();
    for (let offset = 0; offset < 6; offset += 1) take(record(offset));
    assigned.commitAcknowledged(commit());
    expect([taken[0]?.permission.claim(), taken[2]?.permission.claim()]).toEqual([true, true]);
    const last = assigned.close();
    expect(decodeMetadata(last.metadata, last.offset, 'g')?.ceiling).toBe(3);
    expect(taken[3]?.permission.granted()).toBe(false);
    assigned.commitAcknowledged(last);
    assigned.reopen();
    expect(taken[3]?.permission.claim()).toBeInstanceOf(Promise);
  });

  it('is in doubt of what an earlier owner may have sent, until it is done', () => {
    const metadata = { base: 5, done: Uint8Array.of(2), ceiling: 8, outputs: [], ...MARK };
    const { assigned, taken, take, commit } = partition(5, { metadata });
    for (const offset of [5, 6, 7, 8]) take(record(offset));
    expect(taken.map(({ offset, inDoubt }) => [offset, inDoubt])).toEqual([
      [5, true],
      [7, true],
      [8, false],
    ]);
    const ceiling = () => decodeMetadata(assigned.close().metadata, assigned.tracker.watermark, 'g')?.ceiling;
    expect(ceiling(), 'a second crash leaves them in doubt').toBe(8);
    expect(commit().said?.ceiling).toBeGreaterThanOrEqual(8);
    for (const delivery of taken) delivery.settle();
    expect(ceiling()).toBe(9);
  });

  it('lets a third owner find what the first has published, until it is done', () => {
    const position = (offset: number) => ({ topic: 'calls.enriched', partition: 3, offset });
    const metadata = { base: 5, done: Uint8Array.of(2), ceiling: 8, outputs: [position(40)], ...MARK };
    const { taken, take, commit } = partition(5, { metadata, outputs: [position(60)] });
    expect(commit().said?.outputs).toEqual([position(40)]);
    for (const offset of [5, 6, 7, 8]) take(record(offset));
    taken[1]?.settle();
    expect(commit().said?.outputs).toEqual([position(40)]);
    taken[0]?.settle();
    expect(commit()).toMatchObject({ offset: 8, said: { outputs: [position(60)] } });
  });

  it('knows its own commits from those of others', () => {
    const { assigned } = partition(5);
    expect(assigned.isOwnCommit(9, 'any', 'r.1')).toBe(true);
    expect(assigned.isOwnCommit(5, 'old', undefined), 'what it was made from').toBe(true);
    expect(assigned.isOwnCommit(5, 'other', undefined)).toBe(false);
    expect(assigned.isOwnCommit(5, 'other', 'r.2')).toBe(false);
  });

  it('commits again after a commit that failed', () => {
    const { assigned, commit } = partition(5);
    assigned.commitAcknowledged(commit());
    expect([assigned.isUrgent, assigned.commitDue()]).toEqual([false, undefined]);
    assigned.commitFailed();
    expect(assigned.isUrgent).toBe(true);
    expect(assigned.commitDue()).toBeDefined();
  });

  it('pauses on its part of what the process can hold', () => {
    const limits = { ...LIMITS, unsettled: () => 4 };
    const { pauses, taken, take } = partition(0, { limits });
    for (let offset = 0; offset < 4; offset += 1) expect(take(record(offset))).toBe(true);
    expect(take(record(4))).toBe(false);
    taken[3]?.settle();
    expect(pauses).toEqual([true]);
    taken[2]?.settle();
    expect(pauses).toEqual([true, false]);
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
