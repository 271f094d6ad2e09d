/**
 * A consumer group held by us alone, to set its offsets. kafkajs commits only as a member of the group, and
 * `admin.setOffsets` commits no metadata; so we become a member that reads nothing. That is also what makes it safe:
 *
 * - Our assigner has a name that no service offers, and a broker lets nobody join a group without a name in common
 *   (INCONSISTENT_GROUP_PROTOCOL). While a service runs we do not get in, and while we are in no service does.
 * - Two that hold at once would have the name in common: the broker makes one of them the leader, who sees both.
 */
import kafkajs, { type Consumer, type PartitionAssigner } from 'kafkajs';
import { CallmatchError, messageOf } from '../errors.ts';
import type { KafkaClient } from './client.ts';
import type { TopicPartition } from './delivery.ts';

export interface GroupHold extends AsyncDisposable {
  /**
   * Throws `group-active` when the hold was lost, `broker-unavailable` when the broker refuses. That the commit was
   * taken is known only by reading it again.
   */
  commit(offsets: readonly (TopicPartition & { readonly offset: number; readonly metadata: string })[]): Promise<void>;
}

interface Membership {
  readonly memberId: string;
  readonly isLeader: boolean;
}

const PROTOCOL = 'callmatch-offsets';

/** Throws `group-active` when anybody else is in the group. Until disposal no service can join it. */
export async function holdGroup(
  kafka: KafkaClient,
  { groupId, sessionTimeout }: { readonly groupId: string; readonly sessionTimeout: number },
  topics: readonly string[],
): Promise<GroupHold> {
  const group = { members: 0 };
  const consumer = kafka.consumer({ groupId, sessionTimeout, partitionAssigners: [assignNothing(group)] });
  await using joining = new AsyncDisposableStack();
  joining.defer(() => consumer.disconnect());
  await consumer.connect();
  const { memberId, isLeader } = await join(consumer, groupId, topics);
  if (!isLeader || group.members !== 1) {
    throw new CallmatchError('group-active', `somebody else is changing the offsets of group ${groupId}`);
  }
  let isLost = false;
  // Frozen for longer than its session, a member is expelled, and kafkajs joins again in silence: with another id.
  consumer.on(consumer.events.GROUP_JOIN, ({ payload }) => {
    isLost ||= payload.memberId !== memberId;
  });
  const held = joining.move();
  return {
    async commit(offsets) {
      if (isLost) throw new CallmatchError('group-active', `somebody may have been in group ${groupId} meanwhile`);
      try {
        await consumer.commitOffsets(offsets.map((entry) => ({ ...entry, offset: String(entry.offset) })));
      } catch (error) {
        const message = `the offsets of group ${groupId} could not be committed: ${messageOf(error)}`;
        throw new CallmatchError('broker-unavailable', message, { cause: error });
      }
    },
    [Symbol.asyncDispose]: () => held.disposeAsync(),
  };
}

/** kafkajs tells only by its events how it went: `run` resolves also when it could not join. */
async function join(consumer: Consumer, groupId: string, topics: readonly string[]): Promise<Membership> {
  const joined = Promise.withResolvers<Membership>();
  consumer.on(consumer.events.GROUP_JOIN, ({ payload }) => joined.resolve(payload));
  consumer.on(consumer.events.CRASH, ({ payload: { error } }) => {
    // Protocol errors have the name that Kafka gives them.
    const isRefused = 'type' in error && error.type === 'INCONSISTENT_GROUP_PROTOCOL';
    const message = isRefused ? `a member has joined group ${groupId}` : messageOf(error);
    joined.reject(new CallmatchError(isRefused ? 'group-active' : 'broker-unavailable', message, { cause: error }));
  });
  await consumer.subscribe({ topics: [...topics], fromBeginning: true });
  await consumer.run({ autoCommit: false, eachBatchAutoResolve: false, eachBatch: async () => {} });
  return joined.promise;
}

/** What is not assigned is not fetched; a fetch from an offset out of range would make kafkajs commit another one. */
function assignNothing(group: { members: number }): PartitionAssigner {
  const { MemberAssignment, MemberMetadata } = kafkajs.AssignerProtocol;
  const userData = Buffer.alloc(0);
  return () => ({
    name: PROTOCOL,
    version: 0,
    async assign({ members }) {
      group.members = members.length;
      return members.map(({ memberId }) => ({
        memberId,
        memberAssignment: MemberAssignment.encode({ version: 0, assignment: {}, userData }),
      }));
    },
    protocol: ({ topics }) => ({ name: PROTOCOL, metadata: MemberMetadata.encode({ version: 0, topics, userData }) }),
  });
}
