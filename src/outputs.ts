/**
 * What leaves callmatch: outcomes and dead letters, each to the partition that belongs to its source partition, so
 * that the owner of a source partition reads back only its own.
 */
import type { Call } from './cdr/call.ts';
import { CallmatchError } from './errors.ts';
import { sourcesOf } from './fold/folded-delivery.ts';
import type { Portal } from './hubspot/portal.ts';
import type { Delivery } from './kafka/delivery.ts';
import type { OutputRecord, Sink } from './kafka/sink.ts';
import {
  type DeadLetterContext,
  deadLetterHeaders,
  IN_DOUBT,
  omittedValueHeaders,
  type Reason,
  type SourceBytes,
  type Stage,
} from './outcome/dead-letter.ts';
import {
  type Ending,
  type EnrichedCall,
  enrichedCall,
  type Include,
  type OutcomeCodec,
  outcomeKey,
} from './outcome/enriched-call.ts';
import { type PartMark, parkedHeaders } from './outcome/parked-call.ts';
import type { SourceStages } from './source-stages.ts';

/** Where a call came from. */
export interface CallOrigin {
  readonly delivery: Delivery;
  readonly stages: SourceStages;
  /** Whose call it is; undefined while that is not known. */
  readonly portal: Portal | undefined;
  /** Position of the call in its record, from 0. */
  readonly callIndex: number;
}

/** A call that has its portal: one that can be submitted, and has an outcome. */
export interface RoutedOrigin extends CallOrigin {
  readonly portal: Portal;
}

export interface Outputs {
  /**
   * Resolves when the outcome is acknowledged. Rejects with `record-too-large` when the broker refuses it, and with the
   * reason of `Delivery.publishing` when the record has become another's.
   */
  publish(origin: RoutedOrigin, call: Call, ending: Ending): Promise<void>;
  /**
   * Resolves when the dead letter is acknowledged, or those of all records that the call was made of: without what is too
   * large in it when the broker refuses it so.
   */
  bury(origin: CallOrigin, error: CallmatchError, stage: Stage, externalCallId?: string): Promise<void>;
  /**
   * Resolves when the parked record is acknowledged; rejects like `publish`.
   * @param parked told its offset, before anything else is known to be written
   */
  park(
    origin: RoutedOrigin,
    externalCallId: string,
    reason: CallmatchError,
    inDoubt: boolean,
    parked: (offset: number) => void,
  ): Promise<void>;
  /** The same for a record that is a part of a call. @param portal undefined where only the whole call tells it */
  parkPart(
    origin: Omit<CallOrigin, 'portal'> & { readonly portal: string | undefined },
    mark: PartMark,
    reason: Reason & { readonly attempts: number },
    inDoubt: boolean,
    parked: (offset: number) => void,
  ): Promise<void>;
}

export interface OutputSettings {
  readonly topic: string;
  readonly dlqSuffix: string;
  readonly parkedSuffix: string;
  readonly include: Include;
  readonly group: string;
  readonly lane: string;
  readonly version: string;
}

export interface OutputParts {
  readonly sink: Sink;
  readonly codec: OutcomeCodec;
  /** Partition count of every output topic. */
  readonly partitions: ReadonlyMap<string, number>;
  /** Epoch milliseconds. */
  readonly wall: () => number;
  readonly sha256: (bytes: Buffer) => string;
}

export function createOutputs(settings: OutputSettings, parts: OutputParts): Outputs {
  const partitionOf = (topic: string, source: number) => source % (parts.partitions.get(topic) ?? 1);
  const publish = (
    { publishing: signal, published }: Delivery,
    record: OutputRecord,
    told?: (offset: number) => void,
  ) => {
    const acknowledged = (offset: number) => {
      published(record, offset);
      told?.(offset);
    };
    return parts.sink.publish(record, { signal, acknowledged });
  };
  const contextOf = (
    { delivery, stages }: Pick<CallOrigin, 'delivery' | 'stages'>,
    { attempts }: Pick<CallmatchError, 'attempts'>,
  ) => {
    const before = { redrives: carriedOf(delivery, 'redrives'), attempts: carriedOf(delivery, 'attempts') + attempts };
    return { ...before, mapping: stages.mapping, group: settings.group, time: parts.wall(), version: settings.version };
  };

  const buryRecord = async (
    origin: CallOrigin,
    error: CallmatchError,
    { stage, externalCallId, fold }: Pick<DeadLetterContext, 'stage' | 'externalCallId' | 'fold'>,
    inDoubt: boolean,
  ) => {
    const { delivery, portal, callIndex } = origin;
    const topic = delivery.topic + settings.dlqSuffix;
    const letter = (source: SourceBytes, id: string | undefined, omitted: Record<string, string>): OutputRecord => ({
      topic,
      partition: partitionOf(topic, source.partition),
      key: id === undefined || portal === undefined ? source.key : outcomeKey(portal.name, id),
      value: source.value,
      headers: {
        ...deadLetterHeaders(source, error, {
          stage,
          portal: portal?.name,
          externalCallId: id,
          callIndex,
          fold,
          ...contextOf(origin, error),
        }),
        ...omitted,
        ...(inDoubt && { [IN_DOUBT]: 'true' }),
      },
    });
    const { value } = delivery;
    const omitted = () => (value === null ? {} : omittedValueHeaders(value, parts.sha256(value)));
    // Ever smaller: headers, key and id can be as large as a value, and the stream must not stop at one record. The key
    // goes before the value, because it stands there twice.
    const forms = [
      () => letter(delivery, externalCallId, {}),
      () => letter({ ...delivery, key: null }, externalCallId, {}),
      () => letter({ ...delivery, value: null }, externalCallId, omitted()),
      () => letter({ ...delivery, value: null, key: null, headers: {} }, undefined, omitted()),
    ];
    for (const [n, form] of forms.entries()) {
      try {
        return await publish(delivery, form());
      } catch (refused) {
        const isTooLarge = refused instanceof CallmatchError && refused.code === 'record-too-large';
        if (!isTooLarge || n === forms.length - 1) throw refused;
      }
    }
  };

  const waiting = (...from: Parameters<typeof contextOf>) => ({ stage: 'submit', ...contextOf(...from) }) as const;
  const park = (
    delivery: Delivery,
    key: OutputRecord['key'],
    headers: OutputRecord['headers'] & object,
    parked: (offset: number) => void,
  ) => {
    const topic = delivery.topic + settings.parkedSuffix;
    const record = { topic, partition: partitionOf(topic, delivery.partition), key, value: delivery.value, headers };
    return publish(delivery, record, parked);
  };

  return {
    publish(origin, call, ending) {
      const { delivery, portal } = origin;
      const outcome = outcomeOf(origin, call, ending, settings, parts.wall());
      return publish(delivery, {
        topic: settings.topic,
        partition: partitionOf(settings.topic, delivery.partition),
        key: outcomeKey(portal.name, call.externalCallId),
        value: parts.codec.encode(outcome),
      });
    },

    async bury(origin, error, stage, externalCallId) {
      // Each of its records, so that all that is needed to do the call once more is there.
      const { inDoubt, isTaken } = origin.delivery;
      const sources = sourcesOf(origin.delivery);
      const fold = sources.length > 1 ? sources[0]?.offset : undefined;
      // What HubSpot has must never be taken for a call that it refused.
      const about = { stage: isTaken ? 'publish' : stage, externalCallId, fold } as const;
      await Promise.all(sources.map((delivery) => buryRecord({ ...origin, delivery }, error, about, inDoubt)));
    },

    park(origin, externalCallId, reason, inDoubt, parked) {
      const { delivery, portal } = origin;
      const about = { portal: portal.name, externalCallId, callIndex: origin.callIndex };
      const key = outcomeKey(portal.name, externalCallId);
      const headers = parkedHeaders(delivery, reason, { ...about, ...waiting(origin, reason) }, inDoubt);
      return park(delivery, key, headers, parked);
    },

    parkPart(origin, mark, reason, inDoubt, parked) {
      const { delivery, portal, callIndex } = origin;
      const about = { portal, externalCallId: undefined, callIndex };
      const headers = parkedHeaders(delivery, reason, { ...about, ...waiting(origin, reason) }, inDoubt, mark);
      return park(delivery, delivery.key, headers, parked);
    },
  };
}

/** What an outcome tells of where its call comes from. */
export interface OutcomeOrigin {
  readonly delivery: SourceBytes;
  readonly stages: Pick<SourceStages, 'mapping'>;
  readonly portal: Pick<Portal, 'name' | 'hubId'>;
  readonly callIndex: number;
}

/** The outcome of a call, as it is published. @param completedAt epoch milliseconds */
export function outcomeOf(
  { delivery, stages, portal, callIndex }: OutcomeOrigin,
  call: Call,
  ending: Ending,
  settings: Pick<OutputSettings, 'lane' | 'group' | 'include'>,
  completedAt: number,
): EnrichedCall {
  const attempts = carriedOf(delivery, 'attempts');
  const whole = ending.outcome === 'enriched' ? { ...ending, attempts: attempts + ending.attempts } : ending;
  return enrichedCall(call, whole, {
    portal: portal.name,
    hubId: portal.hubId,
    lane: settings.lane,
    group: settings.group,
    mapping: stages.mapping,
    sources: sourcesOf(delivery).map(({ topic, partition, offset, timestamp }) => {
      return { topic, partition, offset, timestamp };
    }),
    callIndex,
    redrives: carriedOf(delivery, 'redrives'),
    traceparent: traceparentOf(delivery.headers.traceparent),
    completedAt,
    include: settings.include,
  });
}

/**
 * A record that came back, from the dead letters or the parked ones, carries how often, and after how many requests. A
 * stranger's header counts for nothing.
 */
function carriedOf(delivery: SourceBytes, what: 'redrives' | 'attempts'): number {
  const count = text(delivery.headers[`callmatch.${what}`]) ?? '';
  return /^\d{1,9}$/.test(count) ? Number(count) : 0;
}

/** W3C Trace Context, version 00. What is none is left out: it might be larger than the outcome may be. */
const TRACEPARENT = /^[\da-f]{2}-[\da-f]{32}-[\da-f]{16}-[\da-f]{2}$/;

function traceparentOf(header: SourceBytes['headers'][string]): string | undefined {
  const traceparent = text(header) ?? '';
  return TRACEPARENT.test(traceparent) ? traceparent : undefined;
}

function text(header: SourceBytes['headers'][string]): string | undefined {
  const first = Array.isArray(header) ? header[0] : header;
  return first === undefined ? undefined : first.toString();
}
