/** The outcome of one call, as it is published: `io.callmatch.EnrichedCall`. Pure. */
import avro from 'avsc';
import type { Call, SkipReason } from '../cdr/call.ts';

/** What of a matched person is published. */
export type Include = 'ids' | 'names' | 'all';

/** A match as HubSpot gives it; absent and null mean the same. */
export interface Match {
  readonly callerIdType: string;
  readonly objectCoordinates: { readonly objectId: string; readonly objectTypeId: string; readonly portalId: number };
  readonly email?: string | null | undefined;
  readonly firstName?: string | null | undefined;
  readonly lastName?: string | null | undefined;
  readonly name?: string | null | undefined;
}

export interface SourceRecord {
  readonly topic: string;
  readonly partition: number;
  readonly offset: number;
  /** Epoch milliseconds. */
  readonly timestamp: number;
}

/** How a call ended: submitted, or skipped with a reason that is published. */
export type Ending =
  | {
      readonly outcome: 'enriched';
      readonly matches: readonly Match[] | 'unknown';
      readonly engagementRequested: boolean;
      readonly attempts: number;
      readonly submittedAt: number;
      readonly verdict: 'fresh' | 'verified' | 'resubmitted';
    }
  | { readonly outcome: 'skipped'; readonly reason: SkipReason };

/** Everything about an outcome that is not the call itself. */
export interface OutcomeContext {
  readonly portal: string;
  readonly hubId: number | undefined;
  readonly lane: string;
  readonly group: string;
  readonly mapping: { readonly name: string; readonly version: string };
  readonly sources: readonly SourceRecord[];
  readonly callIndex: number;
  readonly redrives: number;
  readonly traceparent: string | undefined;
  /** Epoch milliseconds. */
  readonly completedAt: number;
  readonly include: Include;
}

/** The outcome record, field by field in the order of the schema. */
export function enrichedCall(call: Call, ending: Ending, context: OutcomeContext) {
  const enriched = ending.outcome === 'enriched' ? ending : undefined;
  const matches = enriched?.matches ?? 'unknown';
  return {
    outcome: ending.outcome,
    reason: ending.outcome === 'skipped' ? ending.reason : null,
    portal: context.portal,
    hubId: context.hubId ?? null,
    externalCallId: call.externalCallId,
    direction: call.direction,
    from: party(call.from),
    to: party(call.to),
    finalCallStatus: call.status,
    rawCause: call.rawCause ?? null,
    startedAt: call.startedAt ?? null,
    talkSeconds: call.talkSeconds ?? null,
    engagementRequested: enriched?.engagementRequested ?? false,
    matchKind: matchKind(matches),
    matches: matches === 'unknown' ? [] : matches.map((match) => published(match, context.include)),
    userId: call.userId ?? null,
    attempts: enriched?.attempts ?? 0,
    submittedAt: enriched?.submittedAt ?? null,
    completedAt: context.completedAt,
    latencyMs: Math.max(0, context.completedAt - (context.sources.at(-1)?.timestamp ?? context.completedAt)),
    verdict: enriched?.verdict ?? '',
    lane: context.lane,
    group: context.group,
    mapping: context.mapping,
    sources: context.sources,
    callIndex: context.callIndex,
    revisionOf: ending.outcome === 'skipped' && ending.reason === 'revision' ? call.externalCallId : null,
    redrives: context.redrives,
    traceparent: context.traceparent ?? null,
  };
}
export type EnrichedCall = ReturnType<typeof enrichedCall>;

export type MatchKind = 'none' | 'one' | 'several' | 'unknown';

export function matchKind(matches: readonly unknown[] | 'unknown'): MatchKind {
  if (matches === 'unknown') return 'unknown';
  if (matches.length === 0) return 'none';
  return matches.length === 1 ? 'one' : 'several';
}

function party(end: Call['from']) {
  return { e164: end.e164 ?? null, type: end.type, extension: end.extension ?? null };
}

function published(match: Match, include: Include) {
  const named = include !== 'ids';
  return {
    callerIdType: match.callerIdType,
    objectTypeId: match.objectCoordinates.objectTypeId,
    objectId: match.objectCoordinates.objectId,
    portalId: match.objectCoordinates.portalId,
    email: include === 'all' ? (match.email ?? null) : null,
    firstName: named ? (match.firstName ?? null) : null,
    lastName: named ? (match.lastName ?? null) : null,
    name: named ? (match.name ?? null) : null,
  };
}

/** Magic byte and schema id in front of a Confluent-framed value. */
const FRAME_BYTES = 5;

export interface OutcomeCodec {
  /** Confluent framing: 0x00, the schema id, then Avro. */
  encode(outcome: EnrichedCall): Buffer;
  /** Reads a value that this schema wrote. Throws when it is not one. */
  decode(value: Buffer): EnrichedCall;
  /** The same; undefined for what is no outcome of ours: the topic may have other writers. */
  read(value: Buffer | null): EnrichedCall | undefined;
}

/** @param schema text of `schemas/enriched-call.avsc`. @param schemaId its id in the registry. */
export function createOutcomeCodec(schema: string, schemaId: number): OutcomeCodec {
  const type = avro.Type.forSchema(JSON.parse(schema));
  const decode = (value: Buffer): EnrichedCall => {
    if (value.length < FRAME_BYTES || value[0] !== 0 || value.readUInt32BE(1) !== schemaId) {
      throw new RangeError(`not an outcome of schema ${schemaId}`);
    }
    return type.fromBuffer(value.subarray(FRAME_BYTES));
  };
  return {
    decode,
    encode(outcome) {
      const body = type.toBuffer(outcome);
      const value = Buffer.allocUnsafe(FRAME_BYTES + body.length);
      value.writeUInt8(0, 0);
      value.writeUInt32BE(schemaId, 1);
      body.copy(value, FRAME_BYTES);
      return value;
    },
    read(value) {
      try {
        return value === null ? undefined : decode(value);
      } catch {
        return undefined;
      }
    },
  };
}

/** Key of every output record of a call. */
export function outcomeKey(portal: string, externalCallId: string): string {
  return `${portal}:${externalCallId}`;
}
