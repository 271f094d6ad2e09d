/**
 * What a member tells the leader at a join: the partitions that it had until now. JSON in the `userData` of the group
 * protocol. The partitions of a topic are a bitmap, because the broker keeps what all members say in one record: 10,000
 * of one topic take 1,667 characters, however they are scattered. Pure.
 */
import { z } from 'zod';
import type { TopicPartition } from './delivery.ts';

export interface Claim {
  /** Generation of the group in which the partitions were given to the member: of two claims the later one is true. */
  readonly generation: number;
  readonly partitions: readonly TopicPartition[];
}

/** Of a member that says nothing, or nothing that is understood here. */
export const NO_CLAIM: Claim = { generation: -1, partitions: [] };

const VERSION = 1;

/** `owned`: by topic one bit a partition, from partition 0 on, the lowest bit of a byte first. */
const document = z.object({ v: z.literal(VERSION), generation: z.int(), owned: z.record(z.string(), z.base64url()) });

export function encodeClaim({ generation, partitions }: Claim): Buffer {
  const owned: Record<string, string> = {};
  for (const [topic, ofTopic] of Map.groupBy(partitions, ({ topic }) => topic)) {
    owned[topic] = bitmapOf(ofTopic.map(({ partition }) => partition)).toString('base64url');
  }
  return Buffer.from(JSON.stringify({ v: VERSION, generation, owned }));
}

/** `NO_CLAIM` for everything that is not of this version: while members are replaced, others write other versions. */
export function decodeClaim(userData: Buffer): Claim {
  const parsed = document.safeParse(jsonOf(userData));
  if (!parsed.success) return NO_CLAIM;
  const { generation, owned } = parsed.data;
  return {
    generation,
    partitions: Object.entries(owned).flatMap(([topic, bits]) =>
      partitionsOf(Buffer.from(bits, 'base64url')).map((partition) => ({ topic, partition })),
    ),
  };
}

function bitmapOf(partitions: readonly number[]): Buffer {
  const highest = partitions.reduce((a, b) => Math.max(a, b), 0);
  const bitmap = Buffer.alloc((highest >> 3) + 1);
  for (const partition of partitions) bitmap[partition >> 3] = (bitmap[partition >> 3] ?? 0) | (1 << (partition & 7));
  return bitmap;
}

function partitionsOf(bitmap: Buffer): number[] {
  return [...bitmap].flatMap((byte, index) =>
    [0, 1, 2, 3, 4, 5, 6, 7].filter((bit) => byte & (1 << bit)).map((bit) => index * 8 + bit),
  );
}

function jsonOf(bytes: Buffer): unknown {
  try {
    return JSON.parse(bytes.toString());
  } catch {
    return undefined;
  }
}
