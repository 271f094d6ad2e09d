import { type Cluster, PartitionAssigners } from 'kafkajs';
import { beforeEach, describe, expect, it } from 'vitest';
import type { TopicPartition } from '../../../src/kafka/delivery.ts';
import {
  cureOffsetManager,
  type OffsetManager,
  offsetManagerPrototype,
  tellingOffsetOutOfRange,
} from '../../../src/kafka/offset-manager.ts';

const PARTITION = { topic: 'calls', partition: 3 };

/** What an assigner and an offset manager of kafkajs use of a cluster here. */
const createCluster = () => ({ committedOffsets: () => ({}), defaultOffset: () => -2 }) as unknown as Cluster;

describe('cureOffsetManager', () => {
  let commits: object[];
  let prototype: OffsetManager;

  /** kafkajs's own offset manager, of a consumer with this cluster. */
  function createManager(cluster: Cluster): OffsetManager {
    const coordinator = { isConnected: () => true, offsetCommit: async (request: object) => commits.push(request) };
    return Reflect.construct(prototype.constructor, [
      {
        ...{ cluster, coordinator, memberAssignment: { calls: [3] }, topicConfigurations: {}, groupId: 'group' },
        instrumentationEmitter: { emit() {} },
      },
    ]);
  }

  /** As kafkajs does when a consumer is made. */
  function createConsumer(cluster: Cluster, listener: (partition: TopicPartition) => void): void {
    // The logger is not used.
    const assigner = tellingOffsetOutOfRange(PartitionAssigners.roundRobin, listener);
    expect(assigner({ cluster, groupId: 'group', logger: undefined as never }).name).toBe('RoundRobinAssigner');
  }

  beforeEach(() => {
    commits = [];
    // A class of its own for each test, with the methods of kafkajs.
    const Original = offsetManagerPrototype().constructor as new () => OffsetManager;
    prototype = class extends Original {}.prototype;
    cureOffsetManager(prototype);
  });

  it('tells the listener of that consumer, and commits nothing', async () => {
    const told: [string, TopicPartition][] = [];
    const clusters = [createCluster(), createCluster()] as const;
    createConsumer(clusters[0], (partition) => told.push(['first', partition]));
    createConsumer(clusters[1], (partition) => told.push(['second', partition]));
    await createManager(clusters[1]).setDefaultOffset(PARTITION);
    expect(told).toEqual([['second', PARTITION]]);
    expect(commits).toEqual([]);
  });

  it('lets an error of the listener through', async () => {
    const cluster = createCluster();
    createConsumer(cluster, () => {
      throw new Error('of the listener');
    });
    await expect(createManager(cluster).setDefaultOffset(PARTITION)).rejects.toThrow('of the listener');
  });

  it('leaves a consumer without a listener as it was', async () => {
    await createManager(createCluster()).setDefaultOffset(PARTITION);
    expect(commits).toMatchObject([{ topics: [{ topic: 'calls', partitions: [{ partition: 3, offset: -2 }] }] }]);
  });

  it("leaves out of a commit what has become another member's", async () => {
    const cluster = createCluster();
    createConsumer(cluster, () => {});
    const manager = createManager(cluster);
    const partitions = [3, 4].map((partition) => ({ partition, offset: '7', metadata: 'm' }));
    await manager.commitOffsets({ topics: [{ topic: 'calls', partitions }] });
    expect(commits).toMatchObject([{ topics: [{ topic: 'calls', partitions: [{ partition: 3, metadata: 'm' }] }] }]);
    await manager.commitOffsets({ topics: [{ topic: 'others', partitions }] });
    expect(commits).toHaveLength(1);
    await createManager(createCluster()).commitOffsets({ topics: [{ topic: 'others', partitions }] });
    expect(commits, 'of a consumer without a listener').toHaveLength(2);
  });

  it('changes nothing when it is called again', () => {
    const cured = prototype.setDefaultOffset;
    expect(cured).not.toBe(offsetManagerPrototype().setDefaultOffset);
    cureOffsetManager(prototype);
    expect(prototype.setDefaultOffset).toBe(cured);
  });
});
