/**
 * The request for records of one partition. Always in version 10, which only the leader answers: since version 11 a
 * follower answers as well when it is taken for the leader, and what it does not have yet looks like the end.
 */
import type { TopicPartition } from './delivery.ts';
import { hasMethods, isObject, kafkajsExport, type LoadModule } from './kafkajs-class.ts';
import { type Decoder, decodeRecordSet, type RecordDecoders, type RecordSet, recordDecoders } from './record-set.ts';

export interface AbortedTransaction {
  readonly producerId: string;
  readonly firstOffset: string;
}

export interface FetchedRecords extends RecordSet {
  /** Transactions with records in it. */
  readonly aborted: readonly AbortedTransaction[];
}

interface PartitionAnswer extends FetchedRecords {
  readonly partition: number;
  readonly errorCode: number;
}

interface FetchResponse {
  readonly throttleTime: number;
  readonly clientSideThrottleTime: number;
  readonly responses: readonly { readonly topicName: string | null; readonly partitions: readonly PartitionAnswer[] }[];
}

/** As connections of kafkajs take it. */
export interface FetchRequest {
  readonly request: object;
  readonly requestTimeout: number;
  readonly response: {
    decode(payload: Buffer): Promise<FetchResponse>;
    /** Throws what the broker answers instead of records, `KafkaJSOffsetOutOfRange` among it. */
    parse(response: FetchResponse): Promise<FetchResponse>;
  };
}

const LEADER_ONLY_VERSION = 10;
/** Nothing of a transaction that is open or aborted; of the latter the broker tells which records they are. */
const READ_COMMITTED = 1;
/** A broker sends at least one batch, however large. */
const LARGEST_FETCH = 1024 * 1024;
/** Only for a log in remote storage: what a broker has itself comes at once, as no bytes are asked for. */
const LONGEST_WAIT_MS = 500;

type FetchProtocol = (
  query: object,
) => Omit<FetchRequest, 'response'> & { readonly response: Pick<FetchRequest['response'], 'parse'> };

/** Throws `dependency-missing` when this kafkajs has no such request. */
export function createFetchRequests(load?: LoadModule): (at: TopicPartition, offset: number) => FetchRequest {
  const { requests } = kafkajsExport('protocol/requests/index', isRequests, `with Fetch ${LEADER_ONLY_VERSION}`, load);
  const protocol = requests.Fetch.protocol({ version: LEADER_ONLY_VERSION });
  const decoders = recordDecoders(load);
  return ({ topic, partition }, offset) => {
    const { request, requestTimeout, response } = protocol({
      maxWaitTime: LONGEST_WAIT_MS,
      minBytes: 0,
      maxBytes: LARGEST_FETCH,
      isolationLevel: READ_COMMITTED,
      topics: [{ topic, partitions: [{ partition, fetchOffset: String(offset), maxBytes: LARGEST_FETCH }] }],
    });
    const decode = (payload: Buffer) => decodeResponse(new decoders.Decoder(payload), offset, decoders);
    return { request, requestTimeout, response: { decode, parse: response.parse } };
  };
}

/** The records of the one partition that was asked for. */
export function recordsOf({ responses }: FetchResponse): FetchedRecords | undefined {
  return responses[0]?.partitions[0];
}

async function decodeResponse(bytes: Decoder, offset: number, decoders: RecordDecoders): Promise<FetchResponse> {
  const clientSideThrottleTime = bytes.readInt32();
  // Error and id of a fetch session, of which there is none.
  bytes.readInt16();
  bytes.readInt32();
  const responses = await bytes.readArrayAsync(async () => ({
    topicName: bytes.readString(),
    partitions: await bytes.readArrayAsync(async () => {
      const partition = bytes.readInt32();
      const errorCode = bytes.readInt16();
      // High watermark, last stable offset and start of the log.
      for (let index = 0; index < 3; index += 1) bytes.readInt64();
      const aborted = bytes.readArray(() => ({
        producerId: String(bytes.readInt64()),
        firstOffset: String(bytes.readInt64()),
      }));
      const records = await decodeRecordSet(bytes.readBytes() ?? Buffer.alloc(0), offset, decoders);
      return { partition, errorCode, aborted, ...records };
    }),
  }));
  // Since this version a broker answers first and expects silence afterwards.
  return { throttleTime: 0, clientSideThrottleTime, responses };
}

function isRequests(value: unknown): value is {
  readonly requests: { readonly Fetch: { protocol(query: { readonly version: number }): FetchProtocol } };
} {
  if (!isObject(value)) return false;
  const requests: unknown = Reflect.get(value, 'requests');
  if (!isObject(requests)) return false;
  const fetch: unknown = Reflect.get(requests, 'Fetch');
  if (!hasMethods(fetch, ['protocol'])) return false;
  const protocol: unknown = Reflect.get(fetch, 'protocol');
  return typeof protocol === 'function' && typeof protocol({ version: LEADER_ONLY_VERSION }) === 'function';
}
