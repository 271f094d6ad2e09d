/** The control topic as a log: everybody writes to it and reads all of it, in the same order. */
import type { Admin } from 'kafkajs';
import type { Clock } from '../clock.ts';
import type { KafkaClient } from './client.ts';
import type { RangeReader } from './range-reader.ts';
import { createSink, type Sink } from './sink.ts';
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

/** What was said longer ago is over: the longest term, and what clocks may differ. Milliseconds. */
const MEMORY_MS = 120_000;
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

/** The log with connections of its own. @param failed told when a write failed; it is tried again */
export async function connectControlLog(
  kafka: Pick<KafkaClient, 'producer' | 'reader'>,
  admin: Admin,
  clock: Clock,
  failed: (error: unknown) => void,
): Promise<ControlLog & AsyncDisposable> {
  await using connections = new AsyncDisposableStack();
  // A producer of its own: presence is said also while outputs must not be written.
  const settings = { producer: kafka.producer, mayWrite: () => true, clock, events: { publishFailed: failed } };
  const sink = connections.use(createSink(settings));
  await sink.connect();
  const reader = connections.use(kafka.reader(clock));
  const log = createControlLog({ admin, reader, sink, clock }, MEMORY_MS);
  const held = connections.move();
  return { ...log, [Symbol.asyncDispose]: () => held.disposeAsync() };
}
