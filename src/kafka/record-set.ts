/**
 * The bytes of a log as a broker sends them: batch after batch, the last one often cut off. kafkajs tells of the records
 * in them only. Compaction leaves batches of which no record is left, and one who is told of nothing, at a place that
 * is not the end, cannot know where to go on: the consumer of kafkajs jumps to the end and loses what lies between.
 */
import { hasMethods, kafkajsExport, type LoadModule } from './kafkajs-class.ts';

/** A record as kafkajs decodes it. Offsets and timestamps are decimal text. */
export interface DecodedMessage {
  readonly offset: string;
  /** Absent in messages from before Kafka 0.10. */
  readonly timestamp?: string;
  readonly key: Buffer | null;
  readonly value: Buffer | null;
  readonly headers?: Readonly<Record<string, Buffer | string | (Buffer | string)[] | undefined>>;
  /** Whether it is the marker that ends a transaction, which nobody wrote. */
  readonly isControlRecord?: boolean;
  /** The batch it came in; absent in messages from before Kafka 0.11. */
  readonly batchContext?: { readonly producerId: string; readonly inTransaction: boolean };
}

export interface RecordSet {
  /** Of whole batches: the first one may begin below the offset that was asked for. */
  readonly messages: readonly DecodedMessage[];
  /** The offset after the last batch; its last records, or all, may be gone. */
  readonly next: number;
}

/** What kafkajs reads bytes with. */
export interface Decoder {
  readInt16(): number;
  readInt32(): number;
  readInt64(): bigint;
  readString(): string | null;
  /** Of the length that is read first. */
  readBytes(): Buffer | null;
  readArray<Item>(read: () => Item): Item[];
  readArrayAsync<Item>(read: () => Promise<Item>): Promise<Item[]>;
}

export interface RecordDecoders {
  readonly Decoder: new (bytes: Buffer) => Decoder;
  /** A batch of the format since Kafka 0.11. */
  batch(bytes: Decoder): Promise<{ readonly records: readonly DecodedMessage[] }>;
  /** One or more messages of the formats before. */
  messageSet(bytes: Decoder, length: number): Promise<readonly DecodedMessage[]>;
}

/** Of both formats: first offset, length of what follows it, and behind an epoch or checksum the format. */
const LENGTH_AT = 8;
const HEAD_BYTES = 12;
const FORMAT_AT = 16;
const BATCH_FORMAT = 2;
/** The last offset of a batch when it was written, less the first one. */
const LAST_DELTA_AT = 23;
const SHORTEST_BYTES = 27;

/** Throws `dependency-missing` when this kafkajs has no decoders of that shape. */
export function recordDecoders(load?: LoadModule): RecordDecoders {
  const methods = ['readInt16', 'readInt32', 'readInt64', 'readString', 'readBytes', 'readArray', 'readArrayAsync'];
  const isDecoder = (value: unknown): value is RecordDecoders['Decoder'] =>
    typeof value === 'function' && hasMethods(value.prototype, methods);
  const isBatch = (value: unknown): value is RecordDecoders['batch'] => typeof value === 'function';
  const isMessageSet = (value: unknown): value is RecordDecoders['messageSet'] => typeof value === 'function';
  return {
    Decoder: kafkajsExport('protocol/decoder', isDecoder, `with ${methods.join(' and ')}`, load),
    batch: kafkajsExport('protocol/recordBatch/v0/decoder', isBatch, 'function', load),
    messageSet: kafkajsExport('protocol/messageSet/decoder', isMessageSet, 'function', load),
  };
}

/** @param from batches that end below it are left out, and without any batch it is where to go on */
export async function decodeRecordSet(bytes: Buffer, from: number, decoders: RecordDecoders): Promise<RecordSet> {
  const messages: DecodedMessage[] = [];
  let next = from;
  for (let begin = 0; bytes.length - begin >= SHORTEST_BYTES; ) {
    const end = begin + HEAD_BYTES + bytes.readInt32BE(begin + LENGTH_AT);
    if (end > bytes.length) break;
    const first = Number(bytes.readBigInt64BE(begin));
    const isBatch = bytes.readInt8(begin + FORMAT_AT) >= BATCH_FORMAT;
    // In the formats before, the offset is that of the last message if there are several (compressed) in it.
    const after = first + (isBatch ? bytes.readInt32BE(begin + LAST_DELTA_AT) : 0) + 1;
    if (after > from) {
      const part = new decoders.Decoder(bytes.subarray(begin, end));
      const decoded = isBatch ? (await decoders.batch(part)).records : await decoders.messageSet(part, end - begin);
      // Not by spreading it into push: a batch can hold more messages than a call can have arguments.
      for (const message of decoded) messages.push(message);
      next = after;
    }
    begin = end;
  }
  return { messages, next };
}
