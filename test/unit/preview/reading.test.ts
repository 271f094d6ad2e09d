import { describe, expect, it } from 'vitest';
import type { RangeReader } from '../../../src/kafka/range-reader.ts';
import { readStretches } from '../../../src/preview/reading.ts';
import { Tally } from '../../../src/preview/tally.ts';
import type { Trial } from '../../../src/trial/trial.ts';
import { MemoryReader } from '../../support/memory-reader.ts';
import { openTrial } from '../../support/trial-record.ts';

const TOPIC = 'trial';
const RECORD = { direction: 'inbound', from: '+41315550179', to: '+41315550100', status: 'COMPLETED' };

async function openWorld(perPartition: number) {
  const reader = new MemoryReader({ [TOPIC]: 2 });
  for (const partition of [0, 1]) {
    for (let n = 0; n < perPartition; n += 1) {
      const value = Buffer.from(JSON.stringify({ ...RECORD, id: `${partition}-${n}` }));
      reader.append({ topic: TOPIC, partition }, { value });
    }
  }
  const stop = new AbortController();
  const tally = new Tally(1, () => 'CH');
  const told: number[] = [];
  const read = (changes: { trial?: Trial; reader?: Pick<RangeReader, 'read'> } = {}, to = perPartition) =>
    openTrial().then((trial) =>
      readStretches(
        [0, 1].map((partition) => ({ topic: TOPIC, partition, from: 0, to })),
        { reader, trial, tally, signal: stop.signal, progress: (records) => told.push(records), ...changes },
      ),
    );
  return { reader, stop, tally, told, read };
}

describe('the reading of a preview', () => {
  it('takes every record of the stretches, and tells how far it is', async () => {
    const { read, tally, told } = await openWorld(5);
    expect(await read()).toBe(true);
    expect(tally.ends()).toMatchObject([{ outcome: 'enriched', count: 10 }]);
    expect(told.at(-1)).toBe(10);
  });

  it('goes on where it stopped for want of room', async () => {
    const { read, tally, reader } = await openWorld(25_000);
    expect(await read()).toBe(true);
    expect(tally.records).toBe(50_000);
    expect(reader.reads).toEqual(['trial/0 from 0', 'trial/0 from 20000', 'trial/1 from 0', 'trial/1 from 20000']);
  });

  it('ends with what it has when it is told to stop', async () => {
    const { read, stop, tally } = await openWorld(5);
    const trial = await openTrial();
    const take: Trial['take'] = (record) => {
      if (record.partition === 1) stop.abort();
      return trial.take(record);
    };
    expect(await read({ trial: { ...trial, take } })).toBe(false);
    expect(tally.records).toBe(6);
  });

  it('counts the ends that come when the input is over', async () => {
    const { read, tally } = await openWorld(1);
    const trial = await openTrial();
    const late = await trial.take({
      ...{ topic: TOPIC, partition: 0, offset: 9, timestamp: 0, key: null, headers: {} },
      value: Buffer.from('{'),
    });
    await read({ trial: { ...trial, close: () => late } });
    expect(tally.ends()).toMatchObject([{ outcome: 'enriched' }, { outcome: 'buried', count: 1 }]);
  });

  it('gives up a partition that was deleted meanwhile', async () => {
    const { read, tally } = await openWorld(1);
    expect(await read({ reader: { read: async () => 0 } }, 1_000)).toBe(true);
    expect(tally.records).toBe(0);
  });

  it('passes on what fails', async () => {
    const { read, reader } = await openWorld(1);
    reader.trouble = new Error('no broker');
    await expect(read()).rejects.toThrow('no broker');
  });
});
