/**
 * What a commit says beside its offset: which of the records behind the watermark are done already, so that after a
 * crash only the others are done again. JSON, so that a person can read it in the tools of Kafka. Pure.
 */
import { z } from 'zod';

export interface CommitMetadata {
  /** The committed offset that it belongs to. */
  readonly base: number;
  /** One bit an offset from `base` on, the lowest bit of a byte first; set = done. */
  readonly done: Uint8Array;
}

/** The broker's default of `offset.metadata.max.bytes`. A window of 8,192 records takes 1,366 of it. */
export const LONGEST_METADATA = 4_096;
const VERSION = 1;

const document = z.object({ v: z.literal(VERSION), base: z.int().min(0), done: z.base64url() });

/** Empty when nothing behind the watermark is done: then the offset says it all. */
export function encodeMetadata({ base, done }: CommitMetadata): string {
  if (done.length === 0) return '';
  return JSON.stringify({ v: VERSION, base, done: Buffer.from(done).toString('base64url') });
}

/**
 * Undefined for what was not written by this, or not for this offset: a tool that moves a group's offsets leaves none
 * or an old one, and a newer version of callmatch may write another. Then everything from the offset on is done again.
 */
export function decodeMetadata(text: string, committed: number): CommitMetadata | undefined {
  const parsed = document.safeParse(jsonOf(text));
  if (!parsed.success || parsed.data.base !== committed) return undefined;
  return { base: committed, done: Buffer.from(parsed.data.done, 'base64url') };
}

function jsonOf(text: string): unknown {
  try {
    return JSON.parse(text);
  } catch {
    return undefined;
  }
}
