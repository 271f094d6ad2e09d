/** A log as a broker keeps it and sends it, made with what kafkajs has for its producer. */
import { createRequire } from 'node:module';
import { CompressionTypes } from 'kafkajs';
import type { AbortedTransaction, FetchVersion } from '../../src/kafka/fetch-response.ts';

const kafkajs = createRequire(import.meta.url);
const Encoder = kafkajs('kafkajs/src/protocol/encoder');
const { RecordBatch } = kafkajs('kafkajs/src/protocol/recordBatch/v0');
const encodeRecord = kafkajs('kafkajs/src/protocol/recordBatch/record/v0');

const ATTRIBUTES_AT = 21;
const CONTROL = 0x20;

export interface LogBatch {
  readonly first: number;
  /** How many offsets it has. */
  readonly length: number;
  /** The records that compaction has left, as their distance from `first`; default all. */
  readonly kept?: readonly number[];
  readonly compression?: CompressionTypes;
  readonly producerId?: string;
  readonly transactional?: boolean;
  /** Whether it holds a marker instead of records. */
  readonly isControl?: boolean;
}

/** The value of every record is its offset, its key that of a marker which ends an aborted transaction. */
export async function batchBytes(batch: LogBatch): Promise<Buffer> {
  const { first, length, kept = Array.from({ length }, (_, delta) => delta), isControl = false, ...rest } = batch;
  const records = kept.map((offsetDelta) =>
    encodeRecord({ offsetDelta, key: Buffer.alloc(4), value: Buffer.from(String(first + offsetDelta)) }),
  );
  // Of an empty batch only the head is left, so that there is nothing compressed.
  const compression = kept.length === 0 ? CompressionTypes.None : (rest.compression ?? CompressionTypes.None);
  const place = { firstOffset: first, lastOffsetDelta: length - 1, firstTimestamp: 5, maxTimestamp: 5 };
  const bytes: Buffer = (await RecordBatch({ ...rest, ...place, compression, records })).buffer;
  if (isControl) bytes.writeInt16BE(bytes.readInt16BE(ATTRIBUTES_AT) | CONTROL, ATTRIBUTES_AT);
  return bytes;
}

export interface FetchAnswer {
  readonly errorCode?: number;
  readonly aborted?: readonly AbortedTransaction[];
  readonly preferredReadReplica?: number;
  readonly records?: Buffer | null;
}

/** For partition 3 of `calls`, with the high watermark 10 and a wish for 80 ms of silence. */
export function fetchResponseBytes(
  version: FetchVersion,
  { errorCode = 0, aborted = [], preferredReadReplica = -1, records = null }: FetchAnswer,
): Buffer {
  const partition = new Encoder().writeInt32(3).writeInt16(errorCode).writeInt64(10).writeInt64(9).writeInt64(0);
  partition.writeArray(
    aborted.map(({ producerId, firstOffset }) => new Encoder().writeInt64(producerId).writeInt64(firstOffset)),
  );
  if (version >= 11) partition.writeInt32(preferredReadReplica);
  const topic = new Encoder().writeString('calls').writeArray([partition.writeBytes(records)]);
  return new Encoder().writeInt32(80).writeInt16(0).writeInt32(0).writeArray([topic]).buffer;
}
