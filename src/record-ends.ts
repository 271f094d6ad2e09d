/**
 * What a record becomes before anything of it is sent: decoded and mapped, whatever its bytes are. The service and a
 * trial of a mapping read records by this alone.
 */
import type { SkipReason } from './cdr/call.ts';
import type { Decoded } from './cdr/decoded.ts';
import type { Mapped } from './cdr/mapping/mapping.ts';
import { maskNumbersIn } from './cdr/masked-text.ts';
import { CallmatchError, messageOf } from './errors.ts';
import { type CallOfRecord, placeOfCall } from './outcome/call-name.ts';
import type { SourceBytes, Stage } from './outcome/dead-letter.ts';
import type { SchemaId } from './registry/writer-schemas.ts';
import {
  type CallPart,
  isPart,
  type PlacedPart,
  type PlacedParts,
  type Routed,
  type SourceStages,
} from './source-stages.ts';

export type Reading<P> =
  /** `stage`: where a failure among them happened. */
  | { readonly kind: 'ends'; readonly ends: readonly (Routed<P> | CallPart)[]; readonly stage: Stage }
  /** Load this schema, then read the record again. */
  | { readonly kind: 'schema-needed'; readonly id: SchemaId };

/** Decodes and maps. Never throws: a mistake in either buries the record instead of stopping the stream. */
export function readRecord<P extends object>(stages: SourceStages<P>, source: SourceBytes): Reading<P> {
  const decoded = decode(stages, source);
  if (decoded.kind === 'schema-needed') return decoded;
  const stage = decoded.kind === 'record' ? 'map' : 'decode';
  return { kind: 'ends', ends: map(stages, decoded, source), stage };
}

/**
 * Reads the call of a parked record once more, or of several. `end` is undefined when the mapping makes no such call of
 * them any more.
 */
export function readCall<P extends object>(
  stages: SourceStages<P>,
  pieces: readonly (CallOfRecord & { readonly delivery: SourceBytes })[],
):
  | { readonly kind: 'end'; readonly end: Routed<P> | undefined; readonly stage: Stage }
  | { readonly kind: 'schema-needed'; readonly id: SchemaId } {
  const found: PlacedPart[] = [];
  for (const { delivery: source, ...call } of pieces) {
    const read = readRecord(stages, source);
    if (read.kind === 'schema-needed') return read;
    const end = parkedEnd(read.ends, call);
    if (end === undefined) break;
    if (!isPart(end)) return { kind: 'end', end: pieces.length === 1 ? end : undefined, stage: read.stage };
    found.push({ ...end, callIndex: call.callIndex });
  }
  const [first, ...more] = found;
  const end = first === undefined || found.length < pieces.length ? undefined : joinParts(stages, [first, ...more]);
  return { kind: 'end', end, stage: 'map' };
}

function parkedEnd<P>(ends: readonly (Routed<P> | CallPart)[], call: CallOfRecord): Routed<P> | CallPart | undefined {
  // A part has no id by itself.
  const ids = ends.map((end, at) => {
    if (isPart(end)) return at === call.callIndex ? call.externalCallId : undefined;
    const { mapped } = end;
    return mapped.kind === 'failure' ? mapped.externalCallId : mapped.call?.externalCallId;
  });
  const place = placeOfCall(call, ids);
  return place === undefined ? undefined : ends[place];
}

/** The call of several records. Never throws, likewise. */
export function joinParts<P extends object>(stages: SourceStages<P>, parts: PlacedParts): Routed<P> {
  try {
    if (stages.fold === undefined) throw new TypeError('the mapping joins no records');
    return stages.fold.join(parts);
  } catch (error) {
    const last = parts.at(-1) ?? parts[0];
    return failed(stages, last.source, { kind: 'failure', code: 'mapping-crashed', message: crashed(error).message });
  }
}

/**
 * Skips that are published, because readers of the topic wait for an answer on a call they know of. What a mapping or
 * the configuration only wants counted comes without its call, and nothing can be published of it.
 */
const PUBLISHED_SKIPS: ReadonlySet<SkipReason> = new Set([
  'withheld',
  'masked',
  'emergency',
  'filtered',
  'revision',
  'in-doubt',
]);

export function isPublishedSkip(reason: SkipReason): boolean {
  return PUBLISHED_SKIPS.has(reason);
}

/** Whether something of the call leaves callmatch: a request, or a skip that is published. */
export function isPublished(mapped: Exclude<Mapped, { kind: 'failure' }>): boolean {
  return mapped.kind === 'call' || isPublishedSkip(mapped.reason);
}

/** A mistake of ours with this very record: it is buried with it, or every restart would meet it again. */
export function crashed(thrown: unknown): CallmatchError {
  return new CallmatchError('mapping-crashed', maskNumbersIn(messageOf(thrown)), { cause: thrown });
}

function decode<P extends object>(stages: SourceStages<P>, source: SourceBytes): Decoded {
  try {
    return stages.decode(source);
  } catch (error) {
    return { kind: 'failure', code: 'mapping-crashed', message: crashed(error).message };
  }
}

function map<P extends object>(
  stages: SourceStages<P>,
  decoded: Exclude<Decoded, { kind: 'schema-needed' }>,
  source: SourceBytes,
): readonly (Routed<P> | CallPart)[] {
  if (decoded.kind === 'tombstone') return [{ portal: undefined, mapped: { kind: 'skip', reason: 'tombstone' } }];
  if (decoded.kind === 'failure') return [failed(stages, source, decoded)];
  try {
    return stages.map(decoded.record, source);
  } catch (error) {
    return [failed(stages, source, { kind: 'failure', code: 'mapping-crashed', message: crashed(error).message })];
  }
}

type Failure = Extract<Mapped, { kind: 'failure' }>;

function failed<P extends object>(stages: SourceStages<P>, source: SourceBytes, mapped: Failure): Routed<P> {
  const portal = stages.portal(source);
  return portal === undefined ? { portal, mapped } : { portal, mapped };
}
