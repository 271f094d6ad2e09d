import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import { assignPartitions, type GroupMember } from '../../../src/kafka/assignment.ts';
import type { Claim } from '../../../src/kafka/claim.ts';

type Topics = ReadonlyMap<string, readonly number[]>;
type Assigned = ReadonlyMap<string, ReadonlyMap<string, readonly number[]>>;

const topicsOf = (sizes: readonly number[]): Topics =>
  new Map(sizes.map((size, index) => [`topic-${index}`, Array.from({ length: size }, (_, partition) => partition)]));
const namesOf = (partitions: ReadonlyMap<string, readonly number[]> = new Map()) =>
  [...partitions].flatMap(([topic, ids]) => ids.map((id) => `${topic}/${id}`));
const countOf = (assigned: Assigned, id: string) => namesOf(assigned.get(id)).length;
/** What a member says at its next join. */
const claimOf = (assigned: Assigned, id: string, generation: number): Claim => ({
  generation,
  partitions: [...(assigned.get(id) ?? [])].flatMap(([topic, ids]) => ids.map((partition) => ({ topic, partition }))),
});
/** Partitions that somebody of `after` has and somebody else of `before` had. */
function movedFrom(before: Assigned, after: Assigned): string[] {
  const ownerBefore = new Map([...before].flatMap(([id, partitions]) => namesOf(partitions).map((name) => [name, id])));
  return [...after].flatMap(([id, partitions]) =>
    namesOf(partitions).filter((name) => ownerBefore.has(name) && ownerBefore.get(name) !== id),
  );
}

const sizes = fc.array(fc.nat(12), { maxLength: 4 });
/** Of topics that exist and that do not, of partitions that exist and that do not, by more than one at a time. */
const claim: fc.Arbitrary<Claim> = fc.record({
  generation: fc.integer({ min: -1, max: 3 }),
  partitions: fc.array(fc.record({ topic: fc.nat(5).map((index) => `topic-${index}`), partition: fc.nat(14) }), {
    maxLength: 30,
  }),
});
const membersWith = (topics: fc.Arbitrary<ReadonlySet<string>>) =>
  fc
    .array(fc.record({ topics, claim }), { minLength: 1, maxLength: 8 })
    .map((members): GroupMember[] => members.map((member, index) => ({ id: `member-${index}`, ...member })));
const anyTopics = fc.subarray(['topic-0', 'topic-1', 'topic-2', 'topic-3', 'topic-9']).map((names) => new Set(names));
const allTopics = fc.constant(new Set(['topic-0', 'topic-1', 'topic-2', 'topic-3']));

/** What each member may keep, as a page of a book would say it: of several claims the latest, then the first by id. */
function rightfulClaims(members: readonly GroupMember[], topics: Topics): Map<string, string[]> {
  const kept = new Map(members.map(({ id }): [string, string[]] => [id, []]));
  for (const [topic, partitions] of topics) {
    for (const partition of partitions) {
      const [first] = members
        .filter((member) => member.topics.has(topic))
        .filter((member) => member.claim.partitions.some((one) => one.topic === topic && one.partition === partition))
        .toSorted((a, b) => b.claim.generation - a.claim.generation || (a.id < b.id ? -1 : 1));
      if (first !== undefined) kept.get(first.id)?.push(`${topic}/${partition}`);
    }
  }
  return kept;
}

/** How few claims can be broken: who has most keeps most, and nobody more than his part. */
function fewestBroken(kept: readonly number[], partitions: number): number {
  const floor = Math.floor(partitions / kept.length);
  const larger = partitions % kept.length;
  return kept
    .toSorted((a, b) => b - a)
    .reduce((broken, count, index) => broken + Math.max(0, count - (index < larger ? floor + 1 : floor)), 0);
}

describe('assignPartitions', () => {
  it('gives every partition of a subscribed topic to exactly one of its subscribers, whatever is claimed', () => {
    fc.assert(
      fc.property(membersWith(anyTopics), sizes, (members, partitions) => {
        const topics = topicsOf(partitions);
        const assigned = assignPartitions(members, topics);
        expect([...assigned.keys()].toSorted()).toEqual(members.map(({ id }) => id).toSorted());
        const subscribed = [...topics].filter(([topic]) => members.some((member) => member.topics.has(topic)));
        expect([...assigned.values()].flatMap(namesOf).toSorted()).toEqual(namesOf(new Map(subscribed)).toSorted());
        for (const { id, topics: own } of members) {
          for (const topic of assigned.get(id)?.keys() ?? []) expect(own).toContain(topic);
        }
      }),
    );
  });

  it('leaves no member with two more than another that could take one of them', () => {
    fc.assert(
      fc.property(membersWith(anyTopics), sizes, (members, partitions) => {
        const assigned = assignPartitions(members, topicsOf(partitions));
        for (const { id } of members) {
          for (const topic of assigned.get(id)?.keys() ?? []) {
            for (const other of members.filter((member) => member.topics.has(topic))) {
              expect(countOf(assigned, id) - countOf(assigned, other.id)).toBeLessThanOrEqual(1);
            }
          }
        }
      }),
    );
  });

  it('breaks as few claims as balance allows, when all subscribe the same', () => {
    fc.assert(
      fc.property(membersWith(allTopics), sizes, (members, partitions) => {
        const topics = topicsOf(partitions);
        const assigned = assignPartitions(members, topics);
        const counts = members.map(({ id }) => countOf(assigned, id));
        expect(Math.max(...counts) - Math.min(...counts)).toBeLessThanOrEqual(1);
        const kept = rightfulClaims(members, topics);
        const broken = [...kept].flatMap(([id, names]) => {
          const own = new Set(namesOf(assigned.get(id)));
          return names.filter((name) => !own.has(name));
        });
        const counted = [...kept.values()].map((names) => names.length);
        expect(broken.length).toBe(fewestBroken(counted, namesOf(topics).length));
      }),
      { numRuns: 1_000 },
    );
  });

  it('moves little when a member joins, and only what it had when one leaves', () => {
    const step = fc.oneof(fc.constant('join' as const), fc.nat(20));
    fc.assert(
      fc.property(sizes, fc.array(step, { maxLength: 15 }), (partitions, steps) => {
        const topics = topicsOf(partitions);
        const total = namesOf(topics).length;
        let ids = ['member-0'];
        let born = 1;
        let before: Assigned = new Map();
        for (const [generation, taken] of steps.entries()) {
          const leaver = taken === 'join' ? undefined : ids[taken % ids.length];
          // Not in the order of their names: a new member may come first.
          const joiner = taken === 'join' ? `member-${(born++ * 7919) % 1_000}` : undefined;
          const stayed = ids.filter((id) => id !== leaver);
          ids = joiner === undefined ? stayed : [...stayed, joiner];
          const after = assignPartitions(
            ids.map((id) => ({ id, topics: new Set(topics.keys()), claim: claimOf(before, id, generation) })),
            topics,
          );
          const moved = movedFrom(new Map([...before].filter(([id]) => id !== leaver)), after);
          if (joiner === undefined) expect(moved).toEqual([]);
          else {
            expect(moved.length).toBeLessThanOrEqual(Math.ceil(total / ids.length));
            expect(namesOf(after.get(joiner))).toEqual(expect.arrayContaining(moved));
          }
          before = after;
        }
      }),
    );
  });

  it('moves nothing when nothing has changed, also when members subscribe different topics', () => {
    fc.assert(
      fc.property(membersWith(anyTopics), sizes, (members, partitions) => {
        const topics = topicsOf(partitions);
        const assigned = assignPartitions(members, topics);
        const again = members.map((member) => ({ ...member, claim: claimOf(assigned, member.id, 4) }));
        expect(assignPartitions(again, topics)).toEqual(assigned);
      }),
    );
  });

  it('does not depend on the order of members, topics and partitions', () => {
    fc.assert(
      fc.property(membersWith(anyTopics), sizes, (members, partitions) => {
        const topics = topicsOf(partitions);
        const reversed = new Map([...topics].toReversed().map(([topic, ids]) => [topic, ids.toReversed()]));
        expect(assignPartitions(members.toReversed(), reversed)).toEqual(assignPartitions(members, topics));
      }),
    );
  });

  it('shares a topic among all, not only the sum of topics', () => {
    const topics = topicsOf([6, 6]);
    const all = new Set(topics.keys());
    const alone = assignPartitions([{ id: 'a', topics: all, claim: { generation: 0, partitions: [] } }], topics);
    const two = ['a', 'b'].map((id) => ({ id, topics: all, claim: claimOf(alone, id, 1) }));
    const three = ['a', 'b', 'c'].map((id) => ({
      id,
      topics: all,
      claim: claimOf(assignPartitions(two, topics), id, 2),
    }));
    for (const [members, each] of [
      [two, 3],
      [three, 2],
    ] as const) {
      for (const share of assignPartitions(members, topics).values()) {
        expect([...share.values()].map((ids) => ids.length)).toEqual([each, each]);
      }
    }
  });
});
