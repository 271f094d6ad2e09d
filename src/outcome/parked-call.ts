/**
 * A parked call: the source record's bytes, untouched, with the headers of a dead letter, and one that says whether
 * HubSpot may have it already. Read again, it is the source record once more. Pure.
 */
import type { CallmatchError } from '../errors.ts';
import {
  type DeadLetterContext,
  type DeadLetterOrigin,
  deadLetterHeaders,
  IN_DOUBT,
  type RecordHeaders,
  readDeadLetter,
  type SourceBytes,
} from './dead-letter.ts';

const PREFIX = 'callmatch.';
/** What is carried on from one try to the next. */
const CARRIED: readonly string[] = [`${PREFIX}redrives`, `${PREFIX}attempts`];

export function parkedHeaders(
  source: SourceBytes,
  reason: CallmatchError,
  context: DeadLetterContext & { readonly portal: string },
  inDoubt: boolean,
) {
  const headers = deadLetterHeaders(source, reason, context);
  return inDoubt ? { ...headers, [IN_DOUBT]: 'true' } : headers;
}

export interface ParkedOrigin extends DeadLetterOrigin {
  readonly portal: string;
  /** HubSpot may have it: it was sent, and no answer said what became of it. */
  readonly inDoubt: boolean;
}

/** Undefined for what is no parked call of ours. */
export function readParked(headers: RecordHeaders): ParkedOrigin | undefined {
  const origin = readDeadLetter(headers);
  const portal = text(headers, 'portal');
  if (origin === undefined || portal === undefined) return undefined;
  return { ...origin, portal, inDoubt: headers[IN_DOUBT] !== undefined };
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
