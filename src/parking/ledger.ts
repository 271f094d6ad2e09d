/**
 * What the owner of a source partition writes between the parked calls: which of them may be sent from now on, and
 * which have ended. Its offsets are those of the parked partition. JSON, so that a person can read it. Pure.
 */
import { z } from 'zod';
import type { TopicPartition } from '../kafka/delivery.ts';
import type { RecordHeaders } from '../outcome/dead-letter.ts';

export interface LedgerEntry {
  readonly group: string;
  readonly source: TopicPartition;
  /** May have been sent from here on: written before the first of them is. */
  readonly issued: readonly number[];
  /** Have an end that is durable: nobody has to do anything for them any more. */
  readonly released: readonly number[];
}

/** Tells a ledger record from a parked call; its value is the version. */
export const LEDGER_HEADER = 'callmatch.ledger';
const VERSION = '1';

const ranges = z.array(z.tuple([z.int().min(0), z.int().min(0)]));
const document = z.object({
  group: z.string(),
  source: z.object({ topic: z.string(), partition: z.int().min(0) }),
  issued: ranges,
  released: ranges,
});

export function encodeLedger({ group, source: { topic, partition }, issued, released }: LedgerEntry) {
  const entry = { group, source: { topic, partition }, issued: rangesOf(issued), released: rangesOf(released) };
  return { value: Buffer.from(JSON.stringify(entry)), headers: { [LEDGER_HEADER]: VERSION } };
}

/** Undefined for what is no ledger record of this version. */
export function decodeLedger(headers: RecordHeaders, value: Buffer | null): LedgerEntry | undefined {
  if (headers[LEDGER_HEADER]?.toString() !== VERSION || value === null) return undefined;
  const parsed = document.safeParse(jsonOf(value));
  if (!parsed.success) return undefined;
  const { issued, released, ...rest } = parsed.data;
  return { ...rest, issued: offsetsOf(issued), released: offsetsOf(released) };
}

/** Ranges `[first, end)` of ascending offsets. */
function rangesOf(offsets: readonly number[]): [number, number][] {
  const found: [number, number][] = [];
  for (const offset of offsets.toSorted((a, b) => a - b)) {
    const last = found.at(-1);
    if (last !== undefined && last[1] >= offset) last[1] = offset + 1;
    else found.push([offset, offset + 1]);
  }
  return found;
}

function offsetsOf(found: readonly (readonly [number, number])[]): number[] {
  return found.flatMap(([first, end]) => Array.from({ length: Math.max(0, end - first) }, (_, n) => first + n));
}

function jsonOf(bytes: Buffer): unknown {
  try {
    return JSON.parse(bytes.toString());
  } catch {
    return undefined;
  }
}
