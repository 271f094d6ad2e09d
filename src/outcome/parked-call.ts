/**
 * A parked call: the source record's bytes, untouched, with the headers of a dead letter, and one that says whether
 * HubSpot may have it already. Read again, it is the source record once more. Pure.
 */
import {
  type DeadLetterContext,
  type DeadLetterOrigin,
  deadLetterHeaders,
  IN_DOUBT,
  type Reason,
  type RecordHeaders,
  readDeadLetter,
  type SourceBytes,
} from './dead-letter.ts';

const PREFIX = 'callmatch.';
/** What is carried on from one try to the next. */
const CARRIED: readonly string[] = [`${PREFIX}redrives`, `${PREFIX}attempts`];
const FOLD_KEY = `${PREFIX}fold-key`;
const FOLD_SIZE = `${PREFIX}fold-size`;

/** What a parked record says of the call that it is a part of. */
export interface PartMark {
  /** What the records of the call have in common. */
  readonly key: string;
  /** Source offset of the first record it had: with the key it names the call. */
  readonly first: number;
  /** Records that make the call; undefined while it is not known to be whole. */
  readonly size: number | undefined;
}

/** @param part of a record that is parked as a part of a call */
export function parkedHeaders(
  source: SourceBytes,
  reason: Reason,
  context: DeadLetterContext,
  inDoubt: boolean,
  part?: PartMark,
) {
  return {
    ...deadLetterHeaders(source, reason, { ...context, fold: part?.first }),
    ...(inDoubt && { [IN_DOUBT]: 'true' }),
    ...(part !== undefined && { [FOLD_KEY]: part.key }),
    ...(part?.size !== undefined && { [FOLD_SIZE]: String(part.size) }),
  };
}

export interface ParkedOrigin extends DeadLetterOrigin {
  /** `UNKNOWN_PORTAL` for a part of a call of which only the whole tells it. */
  readonly portal: string;
  /** Undefined for a whole call. */
  readonly part: PartMark | undefined;
  /** Timestamp of the source record, epoch milliseconds; -1 when it says none. */
  readonly recordTime: number;
  /** HubSpot may have it: it was sent, and no answer said what became of it. */
  readonly inDoubt: boolean;
}

/** Stands for the portal of a call that is not known before all of it is read. No portal is called so. */
export const UNKNOWN_PORTAL = '(unknown)';

/** Undefined for what is no parked call of ours. */
export function readParked(headers: RecordHeaders): ParkedOrigin | undefined {
  const origin = readDeadLetter(headers);
  const part = partOf(headers);
  const portal = text(headers, 'portal') ?? (part && UNKNOWN_PORTAL);
  if (origin === undefined || portal === undefined) return undefined;
  const recordTime = Number(text(headers, 'source-timestamp') ?? -1);
  return { ...origin, portal, part, recordTime, inDoubt: headers[IN_DOUBT] !== undefined };
}

function partOf(headers: RecordHeaders): PartMark | undefined {
  const [key, first, size] = [text(headers, 'fold-key'), text(headers, 'fold'), text(headers, 'fold-size')];
  if (key === undefined || first === undefined) return undefined;
  return {
    key,
    first: Number(first),
    size: size === undefined ? undefined : Number(size),
  };
}

/** The source record of a parked call or of a dead letter. Its bytes are those of the record. */
export function sourceOfParked(
  { source }: Pick<DeadLetterOrigin, 'source'>,
  parked: { readonly value: Buffer | null; readonly headers: RecordHeaders },
): SourceBytes {
  const key = parked.headers[`${PREFIX}source-key`];
  const first = Array.isArray(key) ? key[0] : key;
  const own = ([name]: [string, unknown]) => !name.startsWith(PREFIX) || CARRIED.includes(name);
  return {
    ...source,
    timestamp: Number(text(parked.headers, 'source-timestamp') ?? -1),
    key: first === undefined ? null : Buffer.from(first),
    value: parked.value,
    headers: Object.fromEntries(Object.entries(parked.headers).filter(own)),
  };
}

function text(headers: RecordHeaders, name: string): string | undefined {
  const header = headers[PREFIX + name];
  const first = Array.isArray(header) ? header[0] : header;
  return first?.toString();
}
