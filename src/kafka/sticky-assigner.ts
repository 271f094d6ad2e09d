/**
 * A partition assigner for kafkajs that leaves partitions where they are. The one of kafkajs deals them out anew at
 * every join, so that a member that comes or goes moves most of them. Each member says at its join what it has;
 * the leader, who decides for all, needs no memory of its own.
 */
import { AssignerProtocol, type Assignment, type Cluster, type PartitionAssigner } from 'kafkajs';
import { assignPartitions, type GroupMember } from './assignment.ts';
import { decodeClaim, encodeClaim, NO_CLAIM } from './claim.ts';
import type { TopicPartition } from './delivery.ts';

const { MemberMetadata, MemberAssignment } = AssignerProtocol;

/** The group agrees on an assigner by this name: what must not be mixed with it needs another. */
const NAME = 'callmatch-sticky';
/** Of Kafka's own format around the claim. The broker reads it too, and expects more fields in a later version. */
const VERSION = 0;
const NOTHING = Buffer.alloc(0);

export interface StickyAssignerSettings {
  /** The partitions that this member has, as of its last join. Called after `onJoining`. */
  owned(): readonly TopicPartition[];
  /**
   * The generation of the group in which it got them. kafkajs tells it with its heartbeats only; one that is too low
   * costs at most that a contested partition moves.
   */
  generation(): number;
  /**
   * Called right before every JoinGroup, in the same turn, also where kafkajs rejoins without an event. An error thrown
   * here, or by one of the others, fails the join.
   */
  onJoining(): void;
}

/** For `partitionAssigners` of a kafkajs consumer. */
export function createStickyAssigner(settings: StickyAssignerSettings): PartitionAssigner {
  return ({ cluster, groupId }) => ({
    name: NAME,
    version: VERSION,
    protocol({ topics }) {
      settings.onJoining();
      const claim = encodeClaim({ generation: settings.generation(), partitions: settings.owned() });
      return { name: NAME, metadata: MemberMetadata.encode({ version: VERSION, topics, userData: claim }) };
    },
    async assign({ members: joined, topics: ownTopics }) {
      const members = joined.map(({ memberId, memberMetadata }) => memberOf(memberId, memberMetadata));
      const topics = await partitionsByTopic(members, ownTopics, cluster, groupId);
      return [...assignPartitions(members, topics)].map(([memberId, partitions]) => {
        const assignment: Assignment = Object.fromEntries(partitions);
        const memberAssignment = MemberAssignment.encode({ version: VERSION, assignment, userData: NOTHING });
        return { memberId, memberAssignment };
      });
    },
  });
}

/** One whose metadata cannot be read gets nothing: a stranger in the group must not stop the leader. */
function memberOf(id: string, metadata: Buffer): GroupMember {
  try {
    const decoded = MemberMetadata.decode(metadata);
    return { id, topics: new Set(decoded?.topics), claim: decodeClaim(decoded?.userData ?? NOTHING) };
  } catch {
    return { id, topics: new Set(), claim: NO_CLAIM };
  }
}

/**
 * The partitions of every topic that a member subscribes. kafkajs has those of the leader's own topics at hand; while a
 * new configuration is rolled out, others may subscribe more.
 */
async function partitionsByTopic(
  members: readonly GroupMember[],
  ownTopics: readonly string[],
  cluster: Cluster,
  groupId: string,
): Promise<Map<string, number[]>> {
  const topics = new Map(ownTopics.map((topic) => [topic, cluster.findTopicPartitionMetadata(topic)]));
  for (const topic of new Set(members.flatMap((member) => [...member.topics]))) {
    if (!topics.has(topic)) topics.set(topic, await foreignTopic(topic, cluster, groupId));
  }
  return new Map([...topics].map(([topic, partitions]) => [topic, partitions.map(({ partitionId }) => partitionId)]));
}

type Partitions = ReturnType<Cluster['findTopicPartitionMetadata']>;

/**
 * Asks a broker itself: the cluster object would from then on ask for the topic with every refresh, and fail when it is
 * gone. A topic that is not there, or not for the leader to see, has no partitions to give; anything else fails the
 * join, which kafkajs then tries again.
 */
async function foreignTopic(topic: string, cluster: Cluster, groupId: string): Promise<Partitions> {
  const broker = await cluster.findGroupCoordinator({ groupId });
  try {
    const { topicMetadata } = await broker.metadata([topic]);
    return topicMetadata.flatMap(({ partitionMetadata }) => partitionMetadata);
  } catch (error) {
    if (error instanceof Error && 'type' in error && UNAVAILABLE.has(error.type)) return [];
    throw error;
  }
}

/** Kafka's names of the errors that a topic answers with that cannot be seen. */
const UNAVAILABLE: ReadonlySet<unknown> = new Set([
  'UNKNOWN_TOPIC_OR_PARTITION',
  'TOPIC_AUTHORIZATION_FAILED',
  'INVALID_TOPIC_EXCEPTION',
]);
