/**
 * A consumer group held by us alone, to set its offsets. kafkajs commits only as a member of the group, and
 * `admin.setOffsets` commits no metadata; so we become a member that reads nothing. That is also what makes it safe:
 *
 * - Our assigner has a name that no service offers, and a broker lets nobody join a group without a name in common
 *   (INCONSISTENT_GROUP_PROTOCOL). While a service runs we do not get in, and while we are in no service does.
 * - Two that hold at once would have the name in common: the broker makes one of them the leader, who sees both.
 */
import kafkajs, { type Consumer, type PartitionAssigner } from 'kafkajs';
import { type Clock, systemClock } from '../clock.ts';
import { CallmatchError, messageOf } from '../errors.ts';
import type { KafkaClient } from './client.ts';
import type { TopicPartition } from './delivery.ts';
import { createMembership } from './membership.ts';

export interface GroupHold extends AsyncDisposable {
  /** Whether nobody else can hold it before what is sent now has ended. */
  readonly isHeld: boolean;
  /** Aborts when the hold is lost. */
  readonly lost: AbortSignal;
  /**
   * Throws `group-active` when the hold was lost, `broker-unavailable` when the broker refuses. That the commit was
   * taken is known only by reading it again.
   */
  commit(offsets: readonly (TopicPartition & { readonly offset: number; readonly metadata: string })[]): Promise<void>;
}

export interface HoldSettings {
  readonly groupId: string;
  /** Milliseconds. */
  readonly sessionTimeout: number;
  /** Longest that what is done under the hold stays on its way, milliseconds. Default 0. */
  readonly requestTimeout?: number;
}

interface Membership {
  readonly memberId: string;
  readonly isLeader: boolean;
}

const PROTOCOL = 'callmatch-offsets';

/** Throws `group-active` when anybody else is in the group. Until disposal no service can join it. */
export async function holdGroup(
  kafka: KafkaClient,
  { groupId, sessionTimeout, requestTimeout = 0 }: HoldSettings,
  topics: readonly string[],
  clock: Pick<Clock, 'now' | 'wall'> = systemClock,
): Promise<GroupHold> {
  const group = { members: 0 };
  const consumer = kafka.consumer({ groupId, sessionTimeout, partitionAssigners: [assignNothing(group)] });
  await using joining = new AsyncDisposableStack();
  joining.defer(() => consumer.disconnect());
  const membership = createMembership(consumer, { sessionTimeout, requestTimeout }, clock, () => {});
  await consumer.connect();
  const { memberId, isLeader } = await join(consumer, groupId, topics);
  if (!isLeader || group.members !== 1) {
    throw new CallmatchError('group-active', `somebody else is changing the offsets of group ${groupId}`);
  }
  membership.joined(memberId);
  const lost = new AbortController();
  const lose = () => lost.abort(new CallmatchError('group-active', `somebody may have been in group ${groupId}`));
  // Frozen for longer than its session, a member is expelled, and kafkajs joins again in silence: with another id.
  consumer.on(consumer.events.GROUP_JOIN, ({ payload }) => {
    if (!membership.joined(payload.memberId)) lose();
  });
  consumer.on(consumer.events.CRASH, lose);
  const held = joining.move();
  return {
    get isHeld() {
      return !lost.signal.aborted && membership.isLeased;
    },
    lost: lost.signal,
    async commit(offsets) {
      lost.signal.throwIfAborted();
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
