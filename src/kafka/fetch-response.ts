/** What a broker answers when it is asked for records, batch by batch: so it is known where each one ends. */
import { type Decoder, decodeRecordSet, type RecordDecoders, type RecordSet } from './record-set.ts';

/** Only leaders answer the first; the second is the newest that kafkajs has. */
export type FetchVersion = 10 | 11;

export interface AbortedTransaction {
  readonly producerId: string;
  readonly firstOffset: string;
}

export interface FetchedRecords extends RecordSet {
  /** Transactions with records in it. */
  readonly aborted: readonly AbortedTransaction[];
}

export interface FetchedPartition extends FetchedRecords {
  readonly partition: number;
  readonly errorCode: number;
  /** What lies below is acknowledged. Decimal text. */
  readonly highWatermark: string;
  /** The follower that is to be asked from now on, or -1. */
  readonly preferredReadReplica: number;
}

export interface FetchResponse<Partition = FetchedPartition> {
  readonly throttleTime: number;
  readonly clientSideThrottleTime: number;
  readonly responses: readonly { readonly topicName: string | null; readonly partitions: readonly Partition[] }[];
}

const NO_REPLICA = -1;

/** @param from where the reading goes on if there is no whole batch, see `decodeRecordSet` */
export async function decodeFetchResponse(
  payload: Buffer,
  version: FetchVersion,
  from: number,
  decoders: RecordDecoders,
): Promise<FetchResponse> {
  const bytes = new decoders.Decoder(payload);
  const clientSideThrottleTime = bytes.readInt32();
  // Error and id of a fetch session, of which there is none.
  bytes.readInt16();
  bytes.readInt32();
  const responses = await bytes.readArrayAsync(async () => ({
    topicName: bytes.readString(),
    partitions: await bytes.readArrayAsync(() => decodePartition(bytes, version, from, decoders)),
  }));
  // Since version 8 a broker answers first and expects silence afterwards.
  return { throttleTime: 0, clientSideThrottleTime, responses };
}

async function decodePartition(
  bytes: Decoder,
  version: FetchVersion,
  from: number,
  decoders: RecordDecoders,
): Promise<FetchedPartition> {
  const partition = bytes.readInt32();
  const errorCode = bytes.readInt16();
  const highWatermark = String(bytes.readInt64());
  // Last stable offset and start of the log.
  bytes.readInt64();
  bytes.readInt64();
  const aborted = bytes.readArray(() => ({
    producerId: String(bytes.readInt64()),
    firstOffset: String(bytes.readInt64()),
  }));
  const preferredReadReplica = version >= 11 ? bytes.readInt32() : NO_REPLICA;
  const records = await decodeRecordSet(bytes.readBytes() ?? Buffer.alloc(0), from, decoders);
  return { partition, errorCode, highWatermark, preferredReadReplica, aborted, ...records };
}
