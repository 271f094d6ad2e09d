/**
 * Cures how kafkajs 2.2.4 leaves out the records of aborted transactions. It lets through what follows a record with a
 * key of four zero bytes (an int32 0), because it takes that for the broker's control record; and what was aborted in
 * another order than begun. So the records are marked before it sees them, by our own filter.
 */
import { committedMessages } from './committed-messages.ts';
import type { AbortedTransaction } from './fetch-request.ts';
import { kafkajsPrototype } from './kafkajs-class.ts';
import type { DecodedMessage } from './record-set.ts';

interface PartitionAnswer {
  readonly messages: readonly DecodedMessage[];
  /** Null from older brokers, and in reads of what is not committed. */
  readonly abortedTransactions: readonly AbortedTransaction[] | null;
}

interface TopicAnswer {
  readonly partitions: readonly PartitionAnswer[];
}

/** The part of kafkajs's broker that is needed here. */
export interface FetchingBroker {
  fetch(request: object): Promise<{ readonly responses: readonly TopicAnswer[] }>;
}

const cured = new WeakSet<FetchingBroker>();

/** kafkajs's class of brokers. Throws `dependency-missing` when this kafkajs has none of that shape. */
export function brokerPrototype(): FetchingBroker {
  return kafkajsPrototype('broker/index', ['fetch']);
}

/** For every consumer of this process. Doing it twice changes nothing. */
export function cureAbortedRecords(prototype: FetchingBroker = brokerPrototype()): void {
  if (cured.has(prototype)) return;
  cured.add(prototype);
  const { fetch } = prototype;
  prototype.fetch = async function (request) {
    const answer = await fetch.call(this, request);
    const responses = answer.responses.map((topic) => ({ ...topic, partitions: topic.partitions.map(markAborted) }));
    return { ...answer, responses };
  };
}

/** What was aborted is given as control records: kafkajs passes over them, and knows how far it has read. */
function markAborted(partition: PartitionAnswer): PartitionAnswer {
  const { messages, abortedTransactions } = partition;
  if (!abortedTransactions?.length) return partition;
  const committed = new Set(committedMessages(messages, abortedTransactions));
  return {
    ...partition,
    abortedTransactions: [],
    messages: messages.map((message) => (committed.has(message) ? message : { ...message, isControlRecord: true })),
  };
}
