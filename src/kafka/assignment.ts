/**
 * Who reads which partition. Every partition stays with the member that had it, unless balance demands that it moves:
 * a move costs its new owner the restoring of its position, and calls in flight their certainty. Pure.
 *
 * Balanced: no member has two partitions more than another that could take one of them. So with the same topics for all
 * the counts differ by at most one. With different ones, as while a new configuration is rolled out, they may differ by
 * more, but no single move would make them more even.
 */
import type { Claim } from './claim.ts';
import type { TopicPartition } from './delivery.ts';

export interface GroupMember {
  readonly id: string;
  /** The topics it subscribes; it gets partitions of these only. */
  readonly topics: ReadonlySet<string>;
  readonly claim: Claim;
}

/**
 * Gives every partition of a topic that somebody subscribes to exactly one member. The same members and topics give the
 * same result, in whatever order they come.
 * @param topics the partitions of every topic
 * @returns by id of the member, for each of them, its partitions by topic in ascending order
 */
export function assignPartitions(
  members: readonly GroupMember[],
  topics: ReadonlyMap<string, readonly number[]>,
): Map<string, Map<string, number[]>> {
  const shares = members.toSorted((a, b) => compare(a.id, b.id)).map((member) => new Share(member));
  const subscribers = new Map(
    [...topics.keys()].map((topic) => [topic, shares.filter(({ member }) => member.topics.has(topic))]),
  );
  const left = keepClaims(shares, topics);
  handOut(left, subscribers);
  for (let move = nextMove(shares); move !== undefined; move = nextMove(shares)) {
    move.to.add(move.topic, move.from.removeLast(move.topic));
  }
  return new Map(shares.map((share) => [share.member.id, share.byTopic()]));
}

/** What a member has so far. */
class Share {
  readonly member: GroupMember;
  readonly #partitions = new Map<string, number[]>();
  /** Partitions of all topics. */
  size = 0;

  constructor(member: GroupMember) {
    this.member = member;
  }

  /** The topics of which it has partitions. */
  get topics(): string[] {
    return [...this.#partitions.keys()];
  }

  sizeOf(topic: string): number {
    return this.#partitions.get(topic)?.length ?? 0;
  }

  add(topic: string, partition: number): void {
    const ofTopic = this.#partitions.get(topic);
    if (ofTopic === undefined) this.#partitions.set(topic, [partition]);
    else ofTopic.push(partition);
    this.size += 1;
  }

  /** The one that came last: one that was handed out just now can go to another without anybody's loss. */
  removeLast(topic: string): number {
    const ofTopic = this.#partitions.get(topic);
    const partition = ofTopic?.pop();
    if (partition === undefined) throw new RangeError(`${this.member.id} has no partition of ${topic}`);
    if (ofTopic?.length === 0) this.#partitions.delete(topic);
    this.size -= 1;
    return partition;
  }

  byTopic(): Map<string, number[]> {
    return new Map([...this.#partitions].map(([topic, partitions]) => [topic, partitions.toSorted((a, b) => a - b)]));
  }
}

/** Lets every member keep what it rightly claims. Returns what is left of each topic. */
function keepClaims(
  shares: readonly Share[],
  topics: ReadonlyMap<string, readonly number[]>,
): Map<string, ReadonlySet<number>> {
  const left = new Map([...topics].map(([topic, partitions]) => [topic, new Set(partitions)]));
  // A member that was expelled does not know it yet and claims what others have got since, in a later generation.
  for (const share of shares.toSorted((a, b) => b.member.claim.generation - a.member.claim.generation)) {
    for (const { topic, partition } of share.member.claim.partitions.toSorted(comparePartitions)) {
      if (share.member.topics.has(topic) && left.get(topic)?.delete(partition)) share.add(topic, partition);
    }
  }
  return left;
}

function handOut(
  left: ReadonlyMap<string, ReadonlySet<number>>,
  subscribers: ReadonlyMap<string, readonly Share[]>,
): void {
  const subscribersOf = (topic: string) => subscribers.get(topic) ?? [];
  // Topics that few may take first: what many may take evens out the rest.
  const order = [...left].toSorted(([a], [b]) => subscribersOf(a).length - subscribersOf(b).length || compare(a, b));
  for (const [topic, partitions] of order) {
    for (const partition of [...partitions].toSorted((a, b) => a - b)) {
      leastLoaded(subscribersOf(topic), topic)?.add(topic, partition);
    }
  }
}

interface Move {
  readonly topic: string;
  readonly from: Share;
  readonly to: Share;
}

/**
 * A move that makes two members more even, from one that has most to one that has least. Each one makes the sum of the
 * squares of the counts smaller, so there is a last one.
 */
function nextMove(shares: readonly Share[]): Move | undefined {
  const order = shares.toSorted((a, b) => b.size - a.size);
  for (const from of order) {
    for (const to of order.toReversed()) {
      if (from.size - to.size < 2) break;
      const topic = topicToMove(from, to);
      if (topic !== undefined) return { topic, from, to };
    }
  }
  return undefined;
}

/** The topic of which one has most more than the other: so a busy topic is shared as well as an idle one. */
function topicToMove(from: Share, to: Share): string | undefined {
  const surplus = (topic: string) => from.sizeOf(topic) - to.sizeOf(topic);
  return from.topics
    .filter((topic) => to.member.topics.has(topic))
    .reduce<string | undefined>((best, topic) => {
      const more = best === undefined ? 1 : surplus(topic) - surplus(best) || compare(best, topic);
      return more > 0 ? topic : best;
    }, undefined);
}

/** The one with the fewest partitions; among equals the one with the fewest of the topic. */
function leastLoaded(shares: readonly Share[], topic: string): Share | undefined {
  return shares.reduce<Share | undefined>((least, share) => {
    if (least === undefined) return share;
    return (share.size - least.size || share.sizeOf(topic) - least.sizeOf(topic)) < 0 ? share : least;
  }, undefined);
}

function comparePartitions(a: TopicPartition, b: TopicPartition): number {
  return compare(a.topic, b.topic) || a.partition - b.partition;
}

/** By code units: the same on every machine, whatever its language. */
function compare(a: string, b: string): number {
  return a < b ? -1 : a > b ? 1 : 0;
}
