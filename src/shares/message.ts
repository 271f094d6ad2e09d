/** What instances tell each other on the control topic. JSON with a version; what is not understood is ignored. */
import { z } from 'zod';
import type { Share } from '../hubspot/share.ts';

const VERSION = 1;

const arcs = z.array(z.tuple([z.number().min(0).max(1), z.number().min(0).max(1)]));

const byHolder = z.record(z.string(), arcs);

const envelope = {
  v: z.literal(VERSION),
  instance: z.string().min(1),
  /** Counts the messages of the instance: one that comes twice is told by it. */
  n: z.int(),
  /** Wall time of the writer, epoch milliseconds. */
  at: z.number(),
  /** How long it holds from `at` on, milliseconds; 0 takes back what was said before. */
  term: z.number().min(0),
};

const schema = z.discriminatedUnion('kind', [
  /**
   * A process of the live lane is about. Of the portals that somebody wants, as far as it has read (up to, and not
   * including, the offset `seen`), it serves these, and has had calls for those that are `busy`.
   */
  z.object({
    ...envelope,
    kind: z.literal('live'),
    seen: z.int(),
    serves: z.array(z.string()),
    busy: z.array(z.string()),
  }),
  /**
   * A process of the backfill lane has calls for these portals; the numbers are its weight among others. It has read
   * the topic up to, and not including, the offset `seen`, and uses nothing that had been taken from it there.
   */
  z.object({
    ...envelope,
    kind: z.literal('backfill'),
    seen: z.int(),
    wants: z.record(z.string(), z.number().positive()),
  }),
  /**
   * Who may use which part of a portal's quota, by portal and instance, and what is taken back from whom. What is not
   * mentioned runs out with the term of the message that gave it.
   */
  z.object({
    ...envelope,
    kind: z.literal('leases'),
    portals: z.record(z.string(), z.object({ leases: byHolder, back: byHolder })),
  }),
]);

export type ControlMessage = z.output<typeof schema>;
export type LeasesMessage = Extract<ControlMessage, { kind: 'leases' }>;

/** What a message says, before it is written: without its envelope. */
export type Statement =
  | {
      readonly kind: 'live';
      readonly seen: number;
      readonly serves: readonly string[];
      readonly busy: readonly string[];
    }
  | { readonly kind: 'backfill'; readonly seen: number; readonly wants: Readonly<Record<string, number>> }
  | { readonly kind: 'leases'; readonly portals: Readonly<Record<string, Terms>> };

/** Of one portal, by instance. */
export interface Terms {
  readonly leases: Readonly<Record<string, Share>>;
  readonly back: Readonly<Record<string, Share>>;
}

export interface Envelope {
  readonly instance: string;
  readonly n: number;
  readonly at: number;
  readonly term: number;
}

export function encodeMessage(statement: Statement, head: Envelope): Buffer {
  const body =
    statement.kind === 'leases' ? { kind: 'leases', portals: mapValues(statement.portals, toRecord) } : statement;
  return Buffer.from(JSON.stringify({ v: VERSION, ...head, ...body }));
}

/** Undefined for what another version of callmatch may understand. */
export function decodeMessage(value: Buffer | null): ControlMessage | undefined {
  try {
    return schema.safeParse(JSON.parse(String(value))).data;
  } catch {
    return undefined;
  }
}

export function toShare(pairs: readonly (readonly [number, number])[]): Share {
  return pairs.map(([from, to]) => ({ from, to }));
}

const toRecord = ({ leases, back }: Terms) => ({ leases: mapValues(leases, toPairs), back: mapValues(back, toPairs) });
const toPairs = (share: Share) => share.map(({ from, to }) => [from, to]);

function mapValues<In, Out>(record: Readonly<Record<string, In>>, change: (value: In) => Out): Record<string, Out> {
  return Object.fromEntries(Object.entries(record).map(([key, value]) => [key, change(value)]));
}
