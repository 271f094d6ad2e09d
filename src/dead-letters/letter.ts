/** What a dead letter says of itself, without its bytes: so many can be kept in memory. Pure. */
import type { TopicPartition } from '../kafka/delivery.ts';
import type { ReadRecord } from '../kafka/range-reader.ts';
import { ownHeaders, readDeadLetter } from '../outcome/dead-letter.ts';

export interface RecordPlace extends TopicPartition {
  readonly offset: number;
}

/** Its place is that in the dead-letter topic. */
export interface Letter extends RecordPlace {
  readonly source: RecordPlace;
  /** Position of the call in its record, from 0. */
  readonly callIndex: number;
  readonly externalCallId: string | undefined;
  /** Of a call that was made of several records, each of which has its letter: offset of the first of them. */
  readonly fold: number | undefined;
  /** Consumer group that has buried it. */
  readonly group: string;
  readonly code: string;
  readonly stage: string;
  readonly portal: string | undefined;
  /** `name version` of the mapping that was in use; undefined in letters of an older callmatch. */
  readonly mapping: string | undefined;
  /** Requests made for the call, all tries together. */
  readonly attempts: number;
  /** How often it was redriven. */
  readonly redrives: number;
  /** When it was buried, epoch milliseconds. */
  readonly time: number;
  /** It was too large: its value stands in the source topic only. */
  readonly isValueOmitted: boolean;
  /** HubSpot may have the call: it was buried without a proof that it was refused. */
  readonly inDoubt: boolean;
}

/** Undefined for what is no dead letter. */
export function readLetter({ topic, partition, offset, timestamp, headers }: ReadRecord): Letter | undefined {
  const origin = readDeadLetter(headers);
  if (origin === undefined) return undefined;
  const own = ownHeaders(headers);
  const time = Date.parse(own.time ?? '');
  return {
    ...origin,
    topic,
    partition,
    offset,
    fold: own.fold === undefined ? undefined : countOf(own.fold),
    code: own.code ?? 'unknown',
    stage: own.stage ?? 'unknown',
    portal: own.portal,
    mapping: own.mapping,
    attempts: countOf(own.attempts),
    redrives: countOf(own.redrives),
    time: Number.isNaN(time) ? timestamp : time,
    isValueOmitted: own['value-omitted'] !== undefined,
    // A poisonous call has failed in ways that prove nothing, and so has one whose look-up was refused.
    inDoubt: own['in-doubt'] !== undefined || own.code === 'poison' || (own.message ?? '').startsWith('in doubt'),
  };
}

/**
 * Whether the letter stands for its whole record: it could not be read so far that its calls were known. Once it can be
 * read, all of them are to be done.
 */
export function isOfWholeRecord({ stage, code, callIndex, externalCallId }: Letter): boolean {
  if (stage === 'decode') return true;
  return stage === 'map' && callIndex === 0 && externalCallId === undefined && WHOLE.has(code);
}

const WHOLE: ReadonlySet<string> = new Set(['mapping-crashed', 'no-call-record']);

/** HubSpot has the call of such a letter: what could not be done was to publish its outcome. */
export function isTaken({ stage }: Letter): boolean {
  return stage === 'publish';
}

/** Whether both are about one call of one record. One of them may have lost the id. */
export function isSameCall(one: Letter, other: Letter): boolean {
  if (one.callIndex !== other.callIndex || recordName(one.source) !== recordName(other.source)) return false;
  const [a, b] = [one.externalCallId, other.externalCallId];
  return a === b || a === undefined || b === undefined;
}

/** Names the call of several records that the letter has a part of; undefined where its record is all of the call. */
export function foldName({ source, fold, callIndex, externalCallId = '' }: Letter): string | undefined {
  return fold === undefined ? undefined : `${recordName({ ...source, offset: fold })} ${callIndex} ${externalCallId}`;
}

/** Names a record: `0 calls.cdr 42`. */
export function recordName({ topic, partition, offset }: RecordPlace): string {
  return `${partition} ${topic} ${offset}`;
}

function countOf(text: string | undefined): number {
  return text !== undefined && /^\d{1,15}$/.test(text) ? Number(text) : 0;
}
