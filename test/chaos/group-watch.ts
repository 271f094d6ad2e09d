/** The consumer group as the broker knows it: its commits, and which member has which partition. */
import { AssignerProtocol } from 'kafkajs';
import type { KafkaAdmin } from '../../src/kafka/client.ts';
import { decodeMetadata } from '../../src/kafka/commit-metadata.ts';
import type { Commit } from './commits.ts';

export interface GroupWatch {
  commits(): Promise<Commit[]>;
  /** Partitions of the member with this client id; undefined while the group is being made anew. */
  partitionsOf(clientId: string): Promise<number[] | undefined>;
}

export function watchGroup(admin: KafkaAdmin, groupId: string, topic: string): GroupWatch {
  return {
    async commits() {
      const [answer] = await admin.fetchOffsets({ groupId, topics: [topic] });
      return (answer?.partitions ?? []).map(({ partition, offset, metadata }) => {
        return { partition, offset: Number(offset), metadata: decodeMetadata(metadata ?? '', Number(offset), groupId) };
      });
    },
    async partitionsOf(clientId) {
      const { groups } = await admin.describeGroups([groupId]);
      const [group] = groups;
      if (group?.state !== 'Stable') return undefined;
      const member = group.members.find((candidate) => candidate.clientId === clientId);
      return (member && AssignerProtocol.MemberAssignment.decode(member.memberAssignment)?.assignment[topic]) ?? [];
    },
  };
}
