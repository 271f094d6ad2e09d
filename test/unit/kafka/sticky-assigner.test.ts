import { type Assigner, AssignerProtocol, type Cluster } from 'kafkajs';
import { beforeEach, describe, expect, it } from 'vitest';
import type { TopicPartition } from '../../../src/kafka/delivery.ts';
import { createStickyAssigner } from '../../../src/kafka/sticky-assigner.ts';

const { MemberMetadata, MemberAssignment } = AssignerProtocol;

const partitionsOf = (count: number) => Array.from({ length: count }, (_, partitionId) => ({ partitionId }));

/** Knows `calls`, of 6 partitions, and can ask the broker for `new`, of 2. What asking for others does is the test's. */
function clusterWith(ask: (topic: string) => Promise<never>): Cluster {
  const broker = {
    metadata: ([topic = '']: string[]) =>
      topic === 'new'
        ? Promise.resolve({ topicMetadata: [{ topic, partitionMetadata: partitionsOf(2) }] })
        : ask(topic),
  };
  // The parts of kafkajs's cluster that an assigner uses; the real one is in the scenario.
  return {
    findTopicPartitionMetadata: (topic: string) => partitionsOf(topic === 'calls' ? 6 : 0),
    findGroupCoordinator: async () => broker,
  } as unknown as Cluster;
}

const refusal = (type: string) => Promise.reject(Object.assign(new Error(type), { type }));

describe('createStickyAssigner', () => {
  let called: string[];
  let owned: TopicPartition[];

  const create = (cluster = clusterWith(() => refusal('UNKNOWN_TOPIC_OR_PARTITION'))): Assigner => {
    const settings = {
      owned: () => {
        called.push('owned');
        return owned;
      },
      generation: () => 3,
      onJoining: () => void called.push('joining'),
    };
    // The logger is not used.
    return createStickyAssigner(settings)({ cluster, groupId: 'group', logger: undefined as never });
  };
  const assign = async (assigner: Assigner, members: Record<string, Buffer>) => {
    const joined = Object.entries(members).map(([memberId, memberMetadata]) => ({ memberId, memberMetadata }));
    const assigned = await assigner.assign({ members: joined, topics: ['calls'] });
    return Object.fromEntries(
      assigned.map(({ memberId, memberAssignment }) => [
        memberId,
        MemberAssignment.decode(memberAssignment)?.assignment,
      ]),
    );
  };
  const joining = (assigner: Assigner, topics = ['calls']) => assigner.protocol({ topics }).metadata;

  beforeEach(() => {
    called = [];
    owned = [];
  });

  it('tells of the join, and takes what is owned after that', () => {
    const assigner = create();
    expect(called).toEqual([]);
    expect(assigner.protocol({ topics: ['calls'] }).name).toBe('callmatch-sticky');
    expect(called).toEqual(['joining', 'owned']);
  });

  it('writes metadata that the broker can read', () => {
    owned = [{ topic: 'calls', partition: 1 }];
    const decoded = MemberMetadata.decode(joining(create(), ['calls', 'new']));
    expect(decoded).toMatchObject({ version: 0, topics: ['calls', 'new'] });
    expect(String(decoded?.userData)).toContain('"generation":3');
  });

  it('leaves to each member what it says it has', async () => {
    const assigner = create();
    const members: Record<string, Buffer> = {};
    for (const [id, partitions] of [
      ['a', [1, 3, 5]],
      ['b', [0, 2]],
    ] as const) {
      owned = partitions.map((partition) => ({ topic: 'calls', partition }));
      members[id] = joining(assigner);
    }
    expect(await assign(assigner, members)).toEqual({ a: { calls: [1, 3, 5] }, b: { calls: [0, 2, 4] } });
  });

  it('takes a member with foreign user data for a new one, and gives one without readable metadata nothing', async () => {
    const assigner = create();
    const foreign = MemberMetadata.encode({ version: 1, topics: ['calls'], userData: Buffer.from('{"v":9}') });
    const members = { a: joining(assigner), b: foreign, c: Buffer.from([0, 0, 0]) };
    expect(await assign(assigner, members)).toEqual({ a: { calls: [0, 2, 4] }, b: { calls: [1, 3, 5] }, c: {} });
  });

  it('gives the partitions of topics that only others subscribe', async () => {
    const assigner = create();
    const members = { a: joining(assigner), b: joining(assigner, ['calls', 'new']) };
    expect(await assign(assigner, members)).toEqual({ a: { calls: [0, 1, 3, 5] }, b: { calls: [2, 4], new: [0, 1] } });
  });

  it.each(['UNKNOWN_TOPIC_OR_PARTITION', 'TOPIC_AUTHORIZATION_FAILED', 'INVALID_TOPIC_EXCEPTION'])(
    'goes without a topic that answers %s',
    async (type) => {
      const assigner = create(clusterWith(() => refusal(type)));
      const members = { a: joining(assigner, ['calls', 'gone']) };
      expect(await assign(assigner, members)).toEqual({ a: { calls: [0, 1, 2, 3, 4, 5] } });
    },
  );

  it('fails the join when a broker cannot be asked', async () => {
    const assigner = create(clusterWith(() => refusal('REQUEST_TIMED_OUT')));
    await expect(assign(assigner, { a: joining(assigner, ['calls', 'gone']) })).rejects.toThrow('REQUEST_TIMED_OUT');
  });
});
