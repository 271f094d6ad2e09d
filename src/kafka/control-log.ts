/** The control topic as a log: everybody writes to it and reads all of it, in the same order. */
import type { Admin } from 'kafkajs';
import type { Clock } from '../clock.ts';
import type { RangeReader } from './range-reader.ts';
import type { Sink } from './sink.ts';
import { CONTROL_TOPIC } from './topics.ts';

export interface ControlLogParts {
  readonly admin: Pick<Admin, 'fetchTopicOffsetsByTimestamp'>;
  readonly reader: Pick<RangeReader, 'read'>;
  readonly sink: Pick<Sink, 'publish'>;
  readonly clock: Pick<Clock, 'wall'>;
}

export interface ControlLog {
  /** Hands over what was written since the last time, up to the end as it is now. Rejects as `RangeReader.read` does. */
  read(onRecord: (value: Buffer | null, offset: number) => void, signal?: AbortSignal): Promise<void>;
  /** Resolves when all are acknowledged; they stand in the topic in this order. */
  write(key: string, values: readonly Buffer[]): Promise<void>;
}

const PARTITION = { topic: CONTROL_TOPIC, partition: 0 } as const;

/** @param memory how old a record may be to matter, milliseconds: older ones are never read */
export function createControlLog({ admin, reader, sink, clock }: ControlLogParts, memory: number): ControlLog {
  let position: number | undefined;
  let turn: Promise<void> = Promise.resolve();

  const start = async (): Promise<number> => {
    const answer = await admin.fetchTopicOffsetsByTimestamp(CONTROL_TOPIC, clock.wall() - memory);
    return Number(answer.find(({ partition }) => partition === PARTITION.partition)?.offset ?? 0);
  };

  return {
    read(onRecord, signal) {
      // One after the other: who asks meanwhile wants what was written meanwhile.
      const reading = turn.then(async () => {
        position ??= await start();
        position = await reader.read(
          PARTITION,
          { from: position },
          ({ value, offset }) => onRecord(value, offset),
          signal,
        );
      });
      turn = reading.catch(() => {});
      return reading;
    },
    async write(key, values) {
      await Promise.all(values.map((value) => sink.publish({ ...PARTITION, key, value })));
    },
  };
}
