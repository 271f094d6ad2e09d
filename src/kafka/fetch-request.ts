/**
 * The request for records of one partition. Always in version 10, which only the leader answers: since version 11 a
 * follower answers as well when it is taken for the leader, and what it does not have yet looks like the end.
 */
import type { TopicPartition } from './delivery.ts';
import { decodeFetchResponse, type FetchedRecords, type FetchResponse } from './fetch-response.ts';
import { hasMethods, isObject, kafkajsExport, type LoadModule } from './kafkajs-class.ts';
import { recordDecoders } from './record-set.ts';

/** As connections of kafkajs take it. */
export interface FetchRequest {
  readonly request: object;
  readonly requestTimeout: number;
  readonly response: {
    decode(payload: Buffer): Promise<FetchResponse<FetchedRecords>>;
    /** Throws what the broker answers instead of records, `KafkaJSOffsetOutOfRange` among it. */
    parse(response: FetchResponse<FetchedRecords>): Promise<FetchResponse<FetchedRecords>>;
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
    const decode = (payload: Buffer) => decodeFetchResponse(payload, LEADER_ONLY_VERSION, offset, decoders);
    return { request, requestTimeout, response: { decode, parse: response.parse } };
  };
}

/** The records of the one partition that was asked for. */
export function recordsOf({ responses }: FetchResponse<FetchedRecords>): FetchedRecords | undefined {
  return responses[0]?.partitions[0];
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
