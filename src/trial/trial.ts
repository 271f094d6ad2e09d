/**
 * A trial: what would become of records, by the service's own decoding, mapping and payload, with nothing sent or
 * written. HubSpot is taken to accept every call and to know nobody. No wall clock: the same records give the same ends.
 */
import type { Call, SkipReason } from '../cdr/call.ts';
import type { Mapped } from '../cdr/mapping/mapping.ts';
import type { RuleTrace } from '../cdr/mapping/trace.ts';
import type { Config } from '../config/schema.ts';
import { createDuplicates } from '../delivery/duplicates.ts';
import { CallmatchError, type ErrorCode } from '../errors.ts';
import { foldedSource } from '../fold/folded-delivery.ts';
import { OpenFolds } from '../fold/open-folds.ts';
import { type InboundCallRequest, toInboundCallRequest } from '../hubspot/inbound-call.ts';
import type { SourceBytes, Stage } from '../outcome/dead-letter.ts';
import { type Ending, type EnrichedCall, outcomeKey } from '../outcome/enriched-call.ts';
import { materialOfCall } from '../outcome/material.ts';
import { outcomeOf } from '../outputs.ts';
import { isPublishedSkip, joinParts, readRecord } from '../record-ends.ts';
import type { SchemaId, WriterSchemas } from '../registry/writer-schemas.ts';
import { createSourceStages, isPart, type PlacedPart, type Routed, type SourceStages } from '../source-stages.ts';
import { createTrialPortals, type TrialPortal } from './trial-portals.ts';

/** How a call would end. */
export type End =
  | {
      readonly kind: 'enriched';
      readonly call: Call;
      /** The request to HubSpot. */
      readonly payload: InboundCallRequest;
      /** What would be published, if HubSpot knew nobody. */
      readonly outcome: EnrichedCall;
    }
  /** `outcome` where the skip is published. */
  | { readonly kind: 'skipped'; readonly reason: SkipReason; readonly call?: Call; readonly outcome?: EnrichedCall }
  | {
      readonly kind: 'buried';
      readonly code: ErrorCode;
      /** Holds no full phone number. */
      readonly message: string;
      readonly stage: Stage;
      readonly externalCallId?: string;
    }
  /** The record is a part of a call that ended with another record. */
  | { readonly kind: 'folded' };

/** `submitted`, `skipped: withheld`, `buried: undecodable`, `folded` */
export function endName(end: End): string {
  switch (end.kind) {
    case 'enriched':
      return 'submitted';
    case 'skipped':
      return `skipped: ${end.reason}`;
    case 'buried':
      return `buried: ${end.code}`;
    case 'folded':
      return 'folded';
  }
}

export interface TrialEnd {
  readonly source: SourceBytes;
  /** Position of the call in its record, from 0. */
  readonly callIndex: number;
  /** Name of the portal; undefined where nobody's. */
  readonly portal: string | undefined;
  readonly end: End;
}

export interface Trial {
  /** The ends that the record brings about, at least one unless they come later. Rejects where `load` does. */
  take(source: SourceBytes): Promise<readonly TrialEnd[]>;
  /** The input is over: the ends of what is still open. */
  close(): readonly TrialEnd[];
}

export interface TrialSchemas extends Pick<WriterSchemas, 'get'> {
  /** Called for a schema that `get` does not know yet. */
  load(id: SchemaId): Promise<void>;
}

/**
 * @param config The topics of the records are among its sources.
 * @param trace Told what every rule of the mappings gives. Throws `mapping-invalid`.
 */
export async function createTrial(config: Config, schemas: TrialSchemas, trace?: RuleTrace): Promise<Trial> {
  const stagesOf = await createSourceStages(config, createTrialPortals(config.portals), schemas, trace);
  // Not one of them grows old while a trial lasts.
  const duplicates = createDuplicates(config.delivery.duplicates, () => 0);
  const settings = { lane: config.delivery.lane, group: config.kafka.groupId, include: config.output.include };

  const published = (origin: Origin, call: Call, ending: Ending) =>
    outcomeOf({ ...origin, delivery: origin.source }, call, ending, settings, origin.source.timestamp);

  const skipped = (origin: Origin, call: Call, reason: SkipReason): End => {
    if (!isPublishedSkip(reason)) return { kind: 'skipped', reason, call };
    return { kind: 'skipped', reason, call, outcome: published(origin, call, { outcome: 'skipped', reason }) };
  };

  const submitted = (origin: Origin, call: Call): End => {
    const key = outcomeKey(origin.portal.name, call.externalCallId);
    const repeat = duplicates.check(key, materialOfCall(call));
    if (repeat !== undefined) return skipped(origin, call, repeat);
    const { engagement } = origin.portal;
    const payload = toInboundCallRequest(call, engagement);
    duplicates.remember(key, materialOfCall(call));
    const ending = { ...ACCEPTED, engagementRequested: engagement.create, submittedAt: origin.source.timestamp };
    return { kind: 'enriched', call, payload, outcome: published(origin, call, ending) };
  };

  const submittedOrBuried = (origin: Origin, call: Call): End => {
    try {
      return submitted(origin, call);
    } catch (error) {
      if (!(error instanceof CallmatchError)) throw error;
      const { code, message } = error;
      return { kind: 'buried', code, message, stage: 'submit', externalCallId: call.externalCallId };
    }
  };

  const endOf = (from: Omit<Origin, 'portal'>, routed: Routed<TrialPortal>, stage: Stage): End => {
    if (routed.portal === undefined) return unpublished(routed.mapped, stage);
    const { portal, mapped } = routed;
    const origin = { ...from, portal };
    if (mapped.kind === 'call') return submittedOrBuried(origin, portal.attribute(mapped.call));
    if (mapped.kind === 'failure' || mapped.call === undefined) return unpublished(mapped, stage);
    return skipped(origin, portal.attribute(mapped.call), mapped.reason);
  };

  const joined = (parts: readonly [TrialPart, ...TrialPart[]]): TrialEnd[] => {
    const [{ stages, callIndex, source: first }] = parts;
    const source = foldedSource([first, ...parts.slice(1).map((part) => part.source)]);
    const routed = joinParts(stages, parts);
    const folded = parts
      .slice(0, -1)
      .map(({ source, callIndex }): TrialEnd => ({ source, callIndex, portal: routed.portal?.name, ...FOLDED }));
    const end = endOf({ source, stages, callIndex }, routed, 'map');
    return [...folded, { source, callIndex, portal: routed.portal?.name, end }];
  };

  /** What was closed by the record that is being taken. */
  const closed: TrialEnd[] = [];
  const partitions = new Map<string, OpenFolds<TrialPart>>();
  const foldsOf = ({ topic, partition }: SourceBytes, idle = config.fold.idle) => {
    const key = `${topic}/${partition}`;
    const folds =
      partitions.get(key) ??
      new OpenFolds<TrialPart>({ ...config.fold, idle }, NO_CLOCK, ([first, ...more]) => {
        if (first !== undefined) closed.push(...joined([first, ...more]));
      });
    partitions.set(key, folds);
    return folds;
  };

  const gather = (part: TrialPart): TrialEnd[] => {
    const { source, stages, callIndex } = part;
    const ends = (parts: readonly TrialPart[]) => part.part.ends(parts.map((each) => each.part.record));
    const signs = { recordTime: source.timestamp, bytes: source.value?.length ?? 0, ends };
    if (!foldsOf(source, stages.fold?.idle).add(part.part.key, part, signs))
      return [{ source, callIndex, ...FOLDED, portal: undefined }];
    return closed.splice(0);
  };

  return {
    async take(source) {
      const stages = stagesOf(source.topic);
      let read = readRecord(stages, source);
      while (read.kind === 'schema-needed') {
        await schemas.load(read.id);
        read = readRecord(stages, source);
      }
      const { ends, stage } = read;
      if (stages.fold !== undefined) foldsOf(source, stages.fold.idle).see(source.timestamp);
      return closed.splice(0).concat(
        ...ends.map((routed, callIndex) => {
          if (isPart(routed)) return gather({ ...routed, source, stages, callIndex });
          const end = endOf({ source, stages, callIndex }, routed, stage);
          return [{ source, callIndex, portal: routed.portal?.name, end }];
        }),
      );
    },
    close() {
      for (const folds of partitions.values()) folds.closeAll();
      return closed.splice(0);
    },
  };
}

/** Its records say how much time has passed, and nothing is left unread. */
const NO_CLOCK = { now: () => 0, wall: () => Number.MAX_VALUE };
const FOLDED = { end: { kind: 'folded' } } as const;

interface TrialPart extends PlacedPart {
  readonly stages: SourceStages<TrialPortal>;
}

interface Origin {
  readonly source: SourceBytes;
  readonly stages: SourceStages<TrialPortal>;
  readonly portal: TrialPortal;
  readonly callIndex: number;
}

const ACCEPTED = { outcome: 'enriched', matches: [], attempts: 1, verdict: 'fresh' } as const;

function unpublished(mapped: Exclude<Mapped, { kind: 'call' }>, stage: Stage): End {
  if (mapped.kind === 'failure') return { ...mapped, kind: 'buried', stage };
  return { ...mapped, kind: 'skipped' };
}
