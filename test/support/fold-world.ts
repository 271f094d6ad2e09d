/**
 * Calls of several records with everything that they go through but Kafka and HubSpot, from owner to owner: what is durable
 * stays, all else dies with its owner. On a clock held still.
 */
import type { Call } from '../../src/cdr/call.ts';
import { createDuplicates } from '../../src/delivery/duplicates.ts';
import { createKeyOrder } from '../../src/delivery/key-order.ts';
import { createOrderKeys } from '../../src/delivery/order-keys.ts';
import { Folding } from '../../src/fold/folding.ts';
import type { FoldLimits } from '../../src/fold/open-folds.ts';
import type { PortalState } from '../../src/hubspot/gate.ts';
import { PARK, type Parked } from '../../src/hubspot/parked.ts';
import type { Portal, Submission, SubmitOptions } from '../../src/hubspot/portal.ts';
import type { Tenure } from '../../src/kafka/delivery.ts';
import type { ParkedIndex } from '../../src/kafka/parked-index.ts';
import type { OutputRecord, PublishOptions, Sink } from '../../src/kafka/sink.ts';
import { createTelemetry } from '../../src/ops/telemetry.ts';
import { outcomeKey } from '../../src/outcome/enriched-call.ts';
import { materialOfCall, materialOfOutcome } from '../../src/outcome/material.ts';
import { createOutcomeLog } from '../../src/outcome-log.ts';
import { createOutputs } from '../../src/outputs.ts';
import { Parking } from '../../src/parking/parking.ts';
import { createPipeline } from '../../src/pipeline.ts';
import { reportFolding } from '../../src/reports.ts';
import type { SourceStages } from '../../src/source-stages.ts';
import { ManualClock, settled } from './manual-clock.ts';
import { MemoryReader } from './memory-reader.ts';
import { codec, quiet } from './pipeline-world.ts';
import { sampleCall } from './sample-call.ts';
import { sampleDelivery } from './sample-delivery.ts';

const SOURCE = { topic: 'calls.cdr', partition: 0 };
const OUTPUTS = ['calls.enriched', 'calls.cdr.dlq', 'calls.cdr.parked'] as const;
/** So long that a call is over by its mark, or at the end of all. */
export const IDLE_MS = 2_000_000;
const LIMITS: FoldLimits = { idle: IDLE_MS, late: IDLE_MS * 10, maxParts: 100, maxBytes: 1_000, maxOpen: 100 };
const SETTLE_MS = 5_000;

interface Owner {
  readonly lost: AbortController;
  readonly deliver: (offset: number) => void;
  readonly parking: Parking;
  readonly index: ParkedIndex;
}

interface SourceRecord {
  readonly key: string;
  readonly ends: boolean;
}

/** One portal; a call is made at the moment of its request, whether or not the answer comes. */
class Crm implements Portal {
  readonly name = 'main';
  readonly hubId = undefined;
  state: PortalState = { state: 'active' };
  waiting = 0;
  resting = 0;
  readonly attribute = (call: Call) => call;
  /** Engagements by external id. */
  readonly engagements = new Map<string, number>();
  /** Answers wait until it is resolved. */
  answering: PromiseWithResolvers<void> | undefined;
  #well = Promise.withResolvers<void>();

  change(state: PortalState): void {
    if (this.state.state === 'active') this.#well = Promise.withResolvers();
    this.state = state;
    if (state.state === 'active') this.#well.resolve();
  }

  async submit(
    { externalCallId: id }: Call,
    { signal, inDoubt, permission }: SubmitOptions,
  ): Promise<Submission | Parked> {
    const aborted = new Promise<'aborted'>((resolve) => {
      if (signal.aborted) resolve('aborted');
      signal.addEventListener('abort', () => resolve('aborted'));
    });
    const taken = (attempts: number): Parked => {
      if (signal.reason !== PARK) throw signal.reason;
      return { parked: true, inDoubt: inDoubt === true || attempts > 0, attempts };
    };
    while (this.state.state !== 'active')
      if ((await Promise.race([this.#well.promise, aborted])) === 'aborted') return taken(0);
    if (signal.aborted) return taken(0);
    permission?.claim();
    const isThere = inDoubt === true && this.engagements.has(id);
    if (!isThere) this.engagements.set(id, (this.engagements.get(id) ?? 0) + 1);
    if (this.answering !== undefined && (await Promise.race([this.answering.promise, aborted])) === 'aborted')
      return taken(1);
    const verdict = isThere ? 'verified' : 'fresh';
    return { matches: [], attempts: 1, verdict, engagementRequested: true, submittedAt: 1 };
  }
}

class LogSink implements Pick<Sink, 'publish'> {
  readonly #reader: MemoryReader;

  constructor(reader: MemoryReader) {
    this.#reader = reader;
  }

  async publish({ topic, value, headers = {} }: OutputRecord, { signal, acknowledged }: PublishOptions = {}) {
    signal?.throwIfAborted();
    const offset = this.#reader.append({ topic, partition: 0 }, { value, headers });
    acknowledged?.(offset);
  }
}

export class FoldWorld {
  readonly clock = new ManualClock();
  readonly crm = new Crm();
  readonly reader = new MemoryReader(Object.fromEntries(OUTPUTS.map((topic) => [topic, 1])));
  readonly crashes: unknown[] = [];
  /** Offsets of records that came when their call was over. */
  readonly late: number[] = [];
  readonly records: SourceRecord[] = [];
  hasRoom = true;
  #settled = new Set<number>();
  #committed = new Set<number>();
  #ceiling = 0;
  #owner: Owner | undefined;

  /** The first owner, or the next one: it reads what is not committed once more. */
  async takeOver(): Promise<void> {
    const lost = new AbortController();
    const { clock, crm, reader } = this;
    const sink: Sink = Object.assign(new LogSink(reader), {
      connect: async () => {},
      [Symbol.asyncDispose]: async () => {},
    });
    const telemetry = createTelemetry(quiet);
    const duplicates = createDuplicates({ calls: 1_000, age: 1e9 }, () => clock.now());
    const partitions = new Map(OUTPUTS.map((topic) => [topic, 1]));
    const suffixes = { dlqSuffix: '.dlq', parkedSuffix: '.parked' } as const;
    const log = createOutcomeLog(
      { group: 'g', outcomes: 'calls.enriched', ...suffixes, settle: SETTLE_MS, memory: 1_000 },
      {
        ...{ reader, codec, partitions, clock },
        remember: (outcome) =>
          duplicates.remember(outcomeKey(outcome.portal, outcome.externalCallId), materialOfOutcome(outcome)),
        failed: (error) => this.crashes.push(error),
      },
    );
    const doubtTo = this.#ceiling;
    const watermark = this.records.findIndex((_, offset) => !this.#committed.has(offset));
    const committed = watermark < 0 ? this.records.length : watermark;
    const since = OUTPUTS.map((topic) => ({ topic, partition: 0, offset: 0 }));
    const { readBack, parked } = await log.readBack(SOURCE, since, doubtTo > committed, lost.signal, committed);
    if (parked === undefined) throw new Error('it can park');
    const outputs = createOutputs(
      { topic: 'calls.enriched', ...suffixes, include: 'ids', group: 'g', lane: 'live', version: '0' },
      { sink, codec, partitions, wall: () => clock.wall(), sha256: () => 'hash' },
    );
    const claims = { granted: () => true, wait: async () => {}, claim: () => true as const };
    const world = this;
    const tenure: Tenure = {
      ...SOURCE,
      issuing: { sending: lost.signal, publishing: lost.signal, issued: claims },
      outputs: { published() {}, settled() {} },
      ...{ room: 1_000, isPressed: false },
      get hasRoom() {
        return world.hasRoom;
      },
    };
    const order = createKeyOrder((error) => this.crashes.push(error));
    const stages = this.#stages();
    const portals = { resolve: (name: string) => (name === crm.name ? crm : undefined), all: () => [crm], size: 2 };
    const parking: Parking = new Parking(
      { group: 'g', isOn: () => true, settle: SETTLE_MS, lane: 'live' },
      {
        ...{ reader, sink, outputs, portals, clock },
        accept: (delivery, call, again) => pipeline.acceptParked(delivery, call, again),
        events: {
          parked() {},
          refused() {},
          drainFailed: (error) => this.crashes.push(error),
          gone: (_, at) => this.crashes.push(at),
        },
      },
    );
    const folding: Folding = new Folding(LIMITS, {
      ...{ parking, clock },
      readToEnd: async () => [SOURCE],
      closed: (parts) => pipeline.acceptFold(parts),
      events: { ...reportFolding(telemetry), late: (_, offset) => this.late.push(offset) },
    });
    const pipeline = createPipeline({
      ...{ stages: () => stages, order, orderKeys: createOrderKeys({ mode: 'key', by: 'call' }), duplicates, outputs },
      ...{ folding, telemetry, wall: () => clock.wall(), fingerprint: materialOfCall },
      loadSchema: async () => {},
      resume() {},
      submit: (origin, call) => parking.submit(origin, call),
      turn: (origin, underWay) => parking.turn(origin, underWay),
    });
    parking.opened(tenure, parked);
    folding.opened(tenure, stages, parked);
    this.#settled = new Set(this.#committed);
    const deliver = (offset: number) => {
      const delivery = sampleDelivery({
        ...SOURCE,
        ...{ offset, timestamp: clock.wall(), value: Buffer.from(String(offset)), tenure, readBack },
        ...{ signal: lost.signal, publishing: lost.signal, inDoubt: offset < doubtTo },
        permission: {
          ...claims,
          claim: () => {
            this.#ceiling = Math.max(this.#ceiling, offset + 1);
            return true as const;
          },
        },
      });
      pipeline.accept({ ...delivery, settle: () => lost.signal.aborted || this.#settled.add(offset) });
    };
    this.#owner = { lost, deliver, parking, index: parked.index };
    for (let offset = 0; offset < this.records.length; offset += 1) if (!this.#committed.has(offset)) deliver(offset);
    await settled();
  }

  async read(record: SourceRecord): Promise<void> {
    this.records.push(record);
    this.#owner?.deliver(this.records.length - 1);
    await settled();
  }

  pause(isPaused: boolean): void {
    const was = this.crm.state.state === 'active';
    this.crm.change(
      isPaused ? { state: 'paused', reason: 'crm-moving', since: 0, pauseMs: 1_000 } : { state: 'active' },
    );
    this.#owner?.parking.portalChanged('main', isPaused && was);
  }

  hang(isHanging: boolean): void {
    this.crm.answering?.resolve();
    this.crm.answering = isHanging ? Promise.withResolvers() : undefined;
  }

  commit(): void {
    this.#committed = new Set(this.#settled);
  }

  async crash(): Promise<void> {
    this.#owner?.lost.abort(new Error('gone'));
    await settled();
    await this.takeOver();
  }

  /** What is left when everything could end. */
  left() {
    const unsettled = this.records.map((_, offset) => offset).filter((offset) => !this.#settled.has(offset));
    const { low, held } = this.#owner?.index ?? {};
    return { unsettled, low, held };
  }

  async outcomes() {
    const found: ReturnType<typeof codec.decode>[] = [];
    await this.reader.read({ topic: 'calls.enriched', partition: 0 }, { from: 0 }, ({ value }) =>
      found.push(codec.decode(value ?? Buffer.alloc(0))),
    );
    return found;
  }

  #stages(): SourceStages {
    const { crm } = this;
    return {
      decode: ({ value }) => ({ kind: 'record', record: this.records[Number(value)] ?? {}, format: 'json' }),
      map: (record, source) => {
        const { key, ends } = this.records[Number(source.value)] ?? { key: '', ends: false };
        return [{ part: { kind: 'part', key, ends: () => ends, record }, record, source }];
      },
      fold: {
        idle: undefined,
        join: ([first]) => ({
          portal: crm,
          mapped: { kind: 'call', call: sampleCall({ externalCallId: first.part.key }) },
        }),
      },
      mapping: { name: 'legs', version: '1' },
      // Only the whole call tells it.
      portal: () => undefined,
    };
  }
}
