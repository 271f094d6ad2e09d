/**
 * Cures what the consumer of kafkajs 2.2.4 makes of the answers of brokers.
 *
 * - It expects aborted transactions in the order of their beginnings, and ends each at the next record with the key of
 *   a marker, whoever wrote it. Brokers tell of them in the order of their ends. What was aborted came through.
 * - It is told of records, not of batches. A batch that compaction has emptied is nothing to it, and where a broker
 *   sends no other it asks for the same offset for ever. Behind the last record of a batch of which the rest is gone it
 *   went on by one offset a fetch.
 * - It passes the records of a batch as arguments, and about 120,000 are more than a call takes: RangeError, for ever.
 *
 * So it is given what may be seen only, and then a control record, which it never delivers, where the last batch ends:
 * its position goes on from there. It asks brokers before Kafka 2.1 in older versions, which are not cured.
 */
import { committedMessages } from './committed-messages.ts';
import { decodeFetchResponse, type FetchedPartition, type FetchResponse, type FetchVersion } from './fetch-response.ts';
import { hasMethods, kafkajsExport, type LoadModule } from './kafkajs-class.ts';
import { type DecodedMessage, recordDecoders } from './record-set.ts';

/** The part of an answer that the consumer of kafkajs looks at. */
export interface ConsumedPartition
  extends Pick<FetchedPartition, 'partition' | 'errorCode' | 'highWatermark' | 'preferredReadReplica'> {
  /** None: what they wrote is not among the messages. */
  readonly abortedTransactions: readonly never[];
  readonly messages: readonly DecodedMessage[];
}

/** What kafkajs reads the answers of one version with. */
export interface FetchDecoder {
  decode(payload: Buffer): Promise<FetchResponse<ConsumedPartition>>;
}

const VERSIONS: readonly FetchVersion[] = [10, 11];
/** The offset that was asked for is not in the answer; kafkajs itself leaves out what lies below it. */
const UNKNOWN = 0;

const cured = new WeakSet<FetchDecoder>();

/** Throws `dependency-missing` when this kafkajs has none of that shape. */
export function fetchDecoder(version: FetchVersion, load?: LoadModule): FetchDecoder {
  const isDecoder = (value: unknown): value is FetchDecoder => hasMethods(value, ['decode']);
  return kafkajsExport(`protocol/requests/fetch/v${version}/response`, isDecoder, 'with decode', load);
}

/** For every consumer of this process. Doing it twice changes nothing. */
export function cureConsumedRecords(): void {
  const decoders = recordDecoders();
  for (const version of VERSIONS) {
    const decoder = fetchDecoder(version);
    if (cured.has(decoder)) continue;
    cured.add(decoder);
    decoder.decode = async (payload) => {
      const { responses, ...head } = await decodeFetchResponse(payload, version, UNKNOWN, decoders);
      const toConsumer = ({ topicName, partitions }: (typeof responses)[number]) => {
        return { topicName, partitions: partitions.map(consumed) };
      };
      return { ...head, responses: responses.map(toConsumer) };
    };
  }
}

function consumed({ messages, aborted, next, ...partition }: FetchedPartition): ConsumedPartition {
  const committed = committedMessages(messages, aborted);
  const last = next - 1;
  const isAtEnd = next === UNKNOWN || committed.at(-1)?.offset === String(last);
  return { ...partition, abortedTransactions: [], messages: isAtEnd ? committed : [...committed, controlRecord(last)] };
}

function controlRecord(offset: number): DecodedMessage {
  return { offset: String(offset), key: null, value: null, isControlRecord: true };
}
