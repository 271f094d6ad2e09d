/** The whole pipeline but for Kafka, HubSpot and the mapping, which do what a test says. */
import { readFile } from 'node:fs/promises';
import { expect } from 'vitest';
import type { Call, SkipReason } from '../../src/cdr/call.ts';
import type { Decoded } from '../../src/cdr/decoded.ts';
import type { Mapped, PartRecord } from '../../src/cdr/mapping/mapping.ts';
import { configSchema } from '../../src/config/schema.ts';
import { createDuplicates } from '../../src/delivery/duplicates.ts';
import { createKeyOrder } from '../../src/delivery/key-order.ts';
import { Folding } from '../../src/fold/folding.ts';
import type { LeftInDoubt, Portal, Submission, SubmitOptions } from '../../src/hubspot/portal.ts';
import type { HappeningName } from '../../src/ops/happenings.ts';
import { createTelemetry, type Log } from '../../src/ops/telemetry.ts';
import type { SourceBytes } from '../../src/outcome/dead-letter.ts';
import { createOutcomeCodec } from '../../src/outcome/enriched-call.ts';
import { materialOfCall } from '../../src/outcome/material.ts';
import { createOutputs } from '../../src/outputs.ts';
import { createPipeline } from '../../src/pipeline.ts';
import { reportFolding } from '../../src/reports.ts';
import type { CallPart } from '../../src/source-stages.ts';
import { ManualClock, settled } from './manual-clock.ts';
import { MemorySink } from './memory-sink.ts';
import { sampleCall } from './sample-call.ts';
import { sampleDelivery } from './sample-delivery.ts';

export const codec = createOutcomeCodec(
  await readFile(new URL('../../schemas/enriched-call.avsc', import.meta.url), 'utf8'),
  1,
);
export const ACCEPTED: Submission = {
  matches: [],
  attempts: 1,
  verdict: 'fresh',
  engagementRequested: true,
  submittedAt: 1,
};
const FOLD = configSchema.parse({ portals: { main: { token: 't' } } }).fold;
export const quiet: Log = {
  level: 'silent',
  isLevelEnabled: () => false,
  trace() {},
  debug() {},
  info() {},
  warn() {},
  error() {},
};

export const call = (changes?: Partial<Call>): Mapped => ({ kind: 'call', call: sampleCall(changes) });
export const skip = (reason: SkipReason, known = false): Mapped =>
  known ? { kind: 'skip', reason, call: sampleCall() } : { kind: 'skip', reason };
export const part = (key: string, ends = false): PartRecord => ({
  kind: 'part',
  key,
  ends: () => ends,
  record: {},
});
export const buried: Mapped = { kind: 'failure', code: 'unusable-number', message: 'from', externalCallId: 'call-1' };

export interface Script {
  readonly decode?: () => Decoded;
  readonly map?: (source: SourceBytes) => readonly (Mapped | PartRecord)[];
  /** The call of the parts that `map` gave. */
  readonly join?: (parts: readonly CallPart[]) => Mapped;
  readonly attribute?: Portal['attribute'];
  readonly submit?: (call: Call, options: SubmitOptions) => Promise<Submission | LeftInDoubt>;
  readonly loadSchema?: () => Promise<void>;
}

export function openPipeline({ decode, map, join, attribute, submit, loadSchema }: Script) {
  const clock = new ManualClock();
  const sink = new MemorySink();
  const telemetry = createTelemetry(quiet);
  const crashes: unknown[] = [];
  const resumed: number[] = [];
  const submitted: string[] = [];
  const order = createKeyOrder((error) => crashes.push(error));
  const portal: Portal = {
    name: 'main',
    hubId: undefined,
    state: { state: 'active' },
    waiting: 0,
    attribute: attribute ?? ((one) => one),
    resting: 0,
    submit(one, options) {
      submitted.push(one.externalCallId);
      return submit?.(one, options) ?? Promise.resolve(ACCEPTED);
    },
  };
  const names = {
    topic: 'calls.enriched',
    dlqSuffix: '.dlq',
    parkedSuffix: '.parked',
    include: 'all',
    group: 'g',
    lane: 'live',
    version: '0',
  } as const;
  const stages = {
    decode: decode ?? (() => ({ kind: 'record', record: {}, format: 'json' }) as const),
    map: (record: object, source: SourceBytes) =>
      (map?.(source) ?? [call()]).map((mapped) =>
        mapped.kind === 'part' ? { part: mapped, record, source } : { portal, mapped },
      ),
    fold: {
      idle: undefined,
      join: (all: readonly CallPart[]) => ({
        portal,
        mapped: join?.(all) ?? call({ externalCallId: all[0]?.part.key ?? '' }),
      }),
    },
    mapping: { name: 'canonical', version: '1' },
    portal: () => portal,
  };
  const folding: Folding = new Folding(FOLD, {
    readToEnd: async () => [{ topic: 'calls.cdr', partition: 5 }],
    closed: (parts) => pipeline.acceptFold(parts),
    parking: { hold: async () => undefined, whole() {} },
    clock,
    events: reportFolding(telemetry),
  });
  const duplicates = createDuplicates({ calls: 100, age: 1_000_000 }, () => clock.now());
  const pipeline = createPipeline({
    stages: () => stages,
    loadSchema: loadSchema ?? (() => Promise.resolve()),
    resume: ({ partition }) => resumed.push(partition),
    order,
    orderKeys: (name, { externalCallId }) => [`${name}:${externalCallId}`],
    duplicates,
    fingerprint: materialOfCall,
    outputs: createOutputs(names, {
      sink,
      codec,
      partitions: new Map(),
      wall: () => clock.wall(),
      sha256: () => 'hash',
    }),
    folding,
    turn: () => undefined,
    submit: ({ portal: to, delivery: { signal, permission, inDoubt } }, one) =>
      to.submit(one, { lane: 'live', signal, permission, inDoubt }),
    telemetry,
    wall: () => clock.wall(),
  });
  const count = (name: HappeningName, labels?: Record<string, string>) => telemetry.count(name, labels);
  return { clock, sink, crashes, resumed, submitted, order, duplicates, folding, pipeline, count };
}

export type PipelineWorld = ReturnType<typeof openPipeline>;

/** Takes one record and waits for all that follows from it. */
export async function take(world: PipelineWorld, delivery = sampleDelivery()) {
  expect(world.pipeline.accept(delivery)).toBe(true);
  await settled();
  return delivery;
}

export const codesOf = ({ sink }: PipelineWorld) =>
  sink
    .of('calls.cdr.dlq')
    .map(({ headers }) => [String(headers?.['callmatch.code']), String(headers?.['callmatch.stage'])]);
export const outcomesOf = ({ sink }: PipelineWorld) =>
  sink.of('calls.enriched').map(({ value }) => codec.decode(value ?? Buffer.alloc(0)));
