/** Parked calls of one source partition with everything around them, but for the pipeline, on a clock held still. */
import type { Call } from '../../src/cdr/call.ts';
import type { PortalState } from '../../src/hubspot/gate.ts';
import type { Parked } from '../../src/hubspot/parked.ts';
import type { LeftInDoubt, Portal, Submission, SubmitOptions } from '../../src/hubspot/portal.ts';
import type { Delivery, ReadBack, Tenure } from '../../src/kafka/delivery.ts';
import type { ParkedFound } from '../../src/kafka/parked-found.ts';
import type { ReadRecord } from '../../src/kafka/range-reader.ts';
import type { OutputRecord, PublishOptions } from '../../src/kafka/sink.ts';
import { readParked } from '../../src/outcome/parked-call.ts';
import { createOutputs, type RoutedOrigin } from '../../src/outputs.ts';
import { decodeLedger } from '../../src/parking/ledger.ts';
import { ParkedScan } from '../../src/parking/parked-scan.ts';
import { Parking } from '../../src/parking/parking.ts';
import { ManualClock } from './manual-clock.ts';
import { MemoryReader } from './memory-reader.ts';
import { MemorySink } from './memory-sink.ts';
import { PLACE, SOURCE } from './parked-record.ts';
import { codec } from './pipeline-world.ts';
import { sampleCall } from './sample-call.ts';
import { NOTHING_READ, sampleDelivery } from './sample-delivery.ts';

export const SETTLE_MS = 10_000;

/** A portal whose calls end when the test says so. */
export class ScriptedPortal implements Portal {
  readonly name: string;
  readonly hubId = undefined;
  state: PortalState = { state: 'active' };
  waiting = 0;
  resting = 0;
  readonly attribute = (call: Call) => call;
  /** Calls under way, in the order of their submission. */
  readonly open: { readonly id: string; readonly options: SubmitOptions; end(as?: 'done' | Parked): void }[] = [];

  constructor(name: string) {
    this.name = name;
  }

  submit({ externalCallId: id }: Call, options: SubmitOptions): Promise<Submission | LeftInDoubt | Parked> {
    const { promise, resolve, reject } = Promise.withResolvers<Submission | Parked>();
    const entry = {
      id,
      options,
      end: (as: 'done' | Parked = 'done') => {
        this.open.splice(this.open.indexOf(entry), 1);
        resolve(as === 'done' ? DONE : as);
      },
    };
    this.open.push(entry);
    options.signal.addEventListener('abort', () => {
      if (!this.open.includes(entry)) return;
      this.open.splice(this.open.indexOf(entry), 1);
      const { reason } = options.signal;
      if (reason instanceof Error && reason.message.includes('parked'))
        resolve({ parked: true, inDoubt: options.inDoubt === true, attempts: 0 });
      else reject(reason);
    });
    return promise;
  }
}

const DONE: Submission = { matches: [], attempts: 1, verdict: 'fresh', engagementRequested: true, submittedAt: 1 };
export const PAUSED: PortalState = { state: 'paused', reason: 'crm-moving', since: 0, pauseMs: 1_000 };

/** What reaches the log of the parked topic can be read there. */
class LoggingSink extends MemorySink {
  readonly #reader: MemoryReader;

  constructor(reader: MemoryReader) {
    super();
    this.#reader = reader;
  }

  override async publish(record: OutputRecord, options: PublishOptions = {}): Promise<void> {
    const acknowledged = () => {
      const { value, headers = {} } = record;
      options.acknowledged?.(this.#reader.append({ ...PLACE }, { value, headers }));
    };
    await super.publish(record, { ...options, acknowledged });
  }
}

export interface ParkingWorldOptions {
  readonly isOn?: boolean;
  /** What stands in the parked topic. */
  readonly log?: readonly ReadRecord[];
  readonly ends?: ReadBack;
}

export function openParking(names: readonly string[], { isOn = true, log = [], ends }: ParkingWorldOptions = {}) {
  const clock = new ManualClock();
  const reader = new MemoryReader({ [PLACE.topic]: 2 });
  const sink = new LoggingSink(reader);
  const portals = new Map(names.map((name) => [name, new ScriptedPortal(name)]));
  const events: string[] = [];
  const settledMarks: number[] = [];
  const sending = new AbortController();
  const pressure = { room: 3_000, isPressed: false };
  const permission = { granted: () => true, wait: async () => {}, claim: () => true as const };
  const tenure: Tenure = {
    ...SOURCE,
    issuing: { sending: sending.signal, publishing: new AbortController().signal, issued: permission },
    outputs: { published() {}, settled: (mark) => settledMarks.push(mark) },
    get room() {
      return pressure.room;
    },
    get isPressed() {
      return pressure.isPressed;
    },
    hasRoom: true,
  };
  const settings = { topic: 'calls.enriched', dlqSuffix: '.dlq', parkedSuffix: '.parked', include: 'ids' } as const;
  const outputs = createOutputs(
    { ...settings, group: 'g', lane: 'live', version: '0' },
    { sink, codec, partitions: new Map([[PLACE.topic, 2]]), wall: () => clock.wall(), sha256: () => 'hash' },
  );
  /** Ends when the parked calls that share a key have ended. */
  const underWay: { of: Promise<void> | undefined } = { of: undefined };
  /** False: the schema is missing. */
  const schema = { isThere: true, again: () => {} };
  const parking = new Parking(
    { group: 'g', isOn: () => isOn, settle: SETTLE_MS, lane: 'live' },
    {
      reader,
      sink,
      outputs,
      portals: {
        resolve: (name) => portals.get(name),
        all: () => [...portals.values()],
        get size() {
          return portals.size;
        },
      },
      accept(delivery, _callIndex, again) {
        schema.again = again;
        if (schema.isThere) void drain(delivery);
        return schema.isThere;
      },
      clock,
      events: {
        parked: ({ externalCallId }, code) => events.push(`parked ${externalCallId} ${code}`),
        refused: ({ externalCallId }) => events.push(`refused ${externalCallId}`),
        drainFailed: () => events.push('drain failed'),
        gone: (_portal, offset) => events.push(`gone ${offset}`),
      },
    },
  );
  const stages = {
    decode: () => ({ kind: 'tombstone' }) as const,
    map: () => [],
    mapping: { name: 'canonical', version: '1' },
    portal: () => undefined,
  };

  const inTurn = async (origin: RoutedOrigin, id: string): Promise<Submission | LeftInDoubt | Parked> => {
    const turn = parking.turn(origin, () => underWay.of);
    if (turn !== undefined) await turn;
    const submission = await parking.submit(origin, sampleCall({ externalCallId: id }));
    return submission === 'again' ? inTurn(origin, id) : submission;
  };

  /** As the pipeline would. */
  const drain = async (delivery: Delivery) => {
    const [id = '', name = ''] = delivery.value?.toString().split(' of ') ?? [];
    const portal = portals.get(name);
    if (portal === undefined) return delivery.settle();
    try {
      if (delivery.inDoubt) await delivery.readBack.untilSettled(delivery.offset, id, delivery.signal);
      await parking.submit({ delivery, stages, portal, callIndex: 0 }, sampleCall({ externalCallId: id }));
    } catch (error) {
      if (!delivery.signal.aborted) throw error;
      return;
    }
    delivery.settle();
  };

  for (const { value, headers } of log) reader.append(PLACE, { value, headers });
  const scan = new ParkedScan('g', SOURCE);
  for (const record of log) scan.read(record);
  const { index, ...scanned } = scan.finish();
  const { promise: settled, resolve: settle } = Promise.withResolvers<readonly number[]>();
  const found: ParkedFound = { place: PLACE, index, ...scanned, ends: ends ?? NOTHING_READ, settled };
  parking.opened(tenure, found);

  return {
    clock,
    reader,
    sink,
    parking,
    events,
    index,
    settledMarks,
    sending,
    pressure,
    schema,
    underWay,
    settle,
    portal: (name: string) => portals.get(name) ?? new ScriptedPortal(name),
    /** A fresh call from the source. */
    submit(name: string, id: string, changes: Partial<Delivery> = {}) {
      const portal = portals.get(name) ?? new ScriptedPortal(name);
      const value = Buffer.from(`${id} of ${name}`);
      const delivery = sampleDelivery({ ...SOURCE, value, tenure, ...changes });
      return inTurn({ delivery, stages, portal, callIndex: 0 }, id);
    },
    /** The portal gets into trouble, or out of it. */
    change(name: string, state: PortalState) {
      const portal = portals.get(name);
      if (portal !== undefined) portal.state = state;
      parking.portalChanged(name, state.state !== 'active');
    },
    /** Ids of the calls in the parked topic, in their order. */
    parkedIds: () => sink.of(PLACE.topic).flatMap(({ headers = {} }) => readParked(headers)?.externalCallId ?? []),
    ledger: () => sink.of(PLACE.topic).flatMap(({ headers = {}, value }) => decodeLedger(headers, value) ?? []),
  };
}

export type ParkingWorld = ReturnType<typeof openParking>;
