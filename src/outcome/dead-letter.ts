/**
 * A dead letter: the source record's bytes, untouched, with the reason in headers beside the original headers. Pure.
 * The header names are fixed: redrive and people's scripts read them.
 */
import type { CallmatchError } from '../errors.ts';

export type Stage = 'decode' | 'map' | 'submit' | 'publish';

/** The source record as it was read. */
export interface SourceBytes {
  readonly topic: string;
  readonly partition: number;
  readonly offset: number;
  readonly timestamp: number;
  readonly key: Buffer | null;
  readonly value: Buffer | null;
  readonly headers: RecordHeaders;
}

export type RecordHeaders = Readonly<Record<string, Buffer | string | (Buffer | string)[] | undefined>>;

export interface DeadLetterContext {
  readonly stage: Stage;
  readonly portal: string | undefined;
  readonly externalCallId: string | undefined;
  readonly callIndex: number;
  /** Of a call that was made of several records, each of which has its dead letter: offset of the first of them. */
  readonly fold?: number | undefined;
  readonly attempts: number;
  readonly redrives: number;
  /** Of the mapping that was in use. */
  readonly mapping: { readonly name: string; readonly version: string };
  readonly group: string;
  /** Epoch milliseconds. */
  readonly time: number;
  /** Version of callmatch. */
  readonly version: string;
}

const PREFIX = 'callmatch.';
/** A message longer than this says nothing more, and headers count against the size of the record. */
const LONGEST_MESSAGE = 1_000;

/** Why a record leaves the way of the others. */
export interface Reason {
  readonly code: string;
  readonly message: string;
  readonly http?: CallmatchError['http'];
}

/** Headers of a dead letter: the original ones, then ours. */
export function deadLetterHeaders(
  source: SourceBytes,
  error: Reason,
  context: DeadLetterContext,
): Record<string, Buffer | string | (Buffer | string)[]> {
  const ours = {
    code: error.code,
    stage: context.stage,
    message: error.message.slice(0, LONGEST_MESSAGE),
    attempts: String(context.attempts),
    'http-status': error.http === undefined ? undefined : String(error.http.status),
    category: error.http?.category,
    'correlation-id': error.http?.correlationId,
    portal: context.portal,
    group: context.group,
    'external-id': context.externalCallId,
    'call-index': String(context.callIndex),
    fold: context.fold === undefined ? undefined : String(context.fold),
    redrives: String(context.redrives),
    mapping: `${context.mapping.name} ${context.mapping.version}`,
    'source-topic': source.topic,
    'source-partition': String(source.partition),
    'source-offset': String(source.offset),
    'source-timestamp': String(source.timestamp),
    'source-key': source.key ?? undefined,
    time: new Date(context.time).toISOString(),
    version: context.version,
  };
  // A map, because a header may be called `__proto__`.
  const headers = new Map<string, Buffer | string | (Buffer | string)[]>();
  for (const [name, value] of Object.entries(source.headers)) {
    // What a redriven record still says of its last burial is no longer true.
    if (value !== undefined && !name.startsWith(PREFIX)) headers.set(name, value);
  }
  for (const [name, value] of Object.entries(ours)) if (value !== undefined) headers.set(PREFIX + name, value);
  return Object.fromEntries(headers);
}

/** Says that HubSpot may have the call: it was sent, and no answer said what became of it. */
export const IN_DOUBT = `${PREFIX}in-doubt`;

/** Headers that stand for a value too large to be written again. @param sha256 of the value, in hex. */
export function omittedValueHeaders(value: Buffer, sha256: string): Record<string, string> {
  return { [`${PREFIX}value-omitted`]: String(value.length), [`${PREFIX}value-sha256`]: sha256 };
}

/** Our headers, without the prefix; of one that comes more than once the first. */
export function ownHeaders(headers: RecordHeaders): Record<string, string> {
  const own: Record<string, string> = {};
  for (const [name, value] of Object.entries(headers)) {
    const first = Array.isArray(value) ? value[0] : value;
    if (name.startsWith(PREFIX) && first !== undefined) own[name.slice(PREFIX.length)] = first.toString();
  }
  return own;
}

/** What the headers of a dead letter say of where it comes from. */
export interface DeadLetterOrigin {
  readonly group: string;
  readonly source: { readonly topic: string; readonly partition: number; readonly offset: number };
  readonly callIndex: number;
  /** Undefined where the record gave none, or where it had to be left out. */
  readonly externalCallId: string | undefined;
}

/** Undefined for what is no dead letter of ours. */
export function readDeadLetter(headers: RecordHeaders): DeadLetterOrigin | undefined {
  const text = (name: string) => {
    const header = headers[PREFIX + name];
    const first = Array.isArray(header) ? header[0] : header;
    return first?.toString();
  };
  const number = (name: string) => {
    const digits = text(name);
    return digits !== undefined && /^\d{1,16}$/.test(digits) ? Number(digits) : undefined;
  };
  const [group, topic] = [text('group'), text('source-topic')];
  const [partition, offset, callIndex] = [number('source-partition'), number('source-offset'), number('call-index')];
  if (group === undefined || topic === undefined) return undefined;
  if (partition === undefined || offset === undefined || callIndex === undefined) return undefined;
  return { group, source: { topic, partition, offset }, callIndex, externalCallId: text('external-id') };
}
