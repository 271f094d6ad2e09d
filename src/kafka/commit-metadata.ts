/**
 * What a commit says beside its offset, for the next owner of the partition: which records behind the watermark are
 * done, how far sending may have come, and from where on the outputs tell of the rest. JSON, so that a person can read
 * it in the tools of Kafka. Pure.
 */
import { z } from 'zod';
import type { OutputPosition } from './output-marks.ts';

export interface CommitMetadata {
  /** The committed offset that it belongs to. */
  readonly base: number;
  /** One bit an offset from `base` on, the lowest bit of a byte first; set = done. */
  readonly done: Uint8Array;
  /** Nothing was sent for records from this offset on. At least `base`. */
  readonly ceiling: number;
  /** Outputs of records that are not done lie at these offsets or behind them. */
  readonly outputs: readonly OutputPosition[];
  /** Consumer group that committed: offsets copied to another group do not carry its work over. */
  readonly group: string;
  /** Tells whose commit it is: unique to one ownership of the partition by one process. */
  readonly run: string;
  /** Partitions that the topic had when the group first started on it; a later one was added since. */
  readonly partitions: number;
}

/** The broker's default of `offset.metadata.max.bytes`. A window of 8,192 records takes 1,366 of it. */
export const LONGEST_METADATA = 4_096;
const VERSION = 2;

const document = z.object({
  v: z.literal(VERSION),
  base: z.int().min(0),
  done: z.base64url(),
  ceiling: z.int().min(0),
  outputs: z.array(z.tuple([z.string(), z.int().min(0), z.int().min(0)])),
  group: z.string(),
  run: z.string(),
  partitions: z.int().min(0),
});

export function encodeMetadata({ done, outputs, ...rest }: CommitMetadata): string {
  return JSON.stringify({
    v: VERSION,
    ...rest,
    done: Buffer.from(done).toString('base64url'),
    outputs: outputs.map(({ topic, partition, offset }) => [topic, partition, offset]),
  });
}

/**
 * Undefined for what was not written by this, or not for this offset, or by another group: a tool that moves a group's
 * offsets leaves none or an old one, and a newer version of callmatch may write another. Then everything from the
 * offset on is done again.
 */
export function decodeMetadata(text: string, committed: number, group: string): CommitMetadata | undefined {
  const parsed = document.safeParse(jsonOf(text));
  if (!parsed.success || parsed.data.base !== committed || parsed.data.group !== group) return undefined;
  const { v: _, done, outputs, ...rest } = parsed.data;
  return {
    ...rest,
    ceiling: Math.max(rest.base, rest.ceiling),
    done: Buffer.from(done, 'base64url'),
    outputs: outputs.map(([topic, partition, offset]) => ({ topic, partition, offset })),
  };
}

function jsonOf(text: string): unknown {
  try {
    return JSON.parse(text);
  } catch {
    return undefined;
  }
}
