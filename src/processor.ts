/** The composition root: the only place that builds the parts, starts them, and stops them in the order of the data. */
import { createHash } from 'node:crypto';
import { type Clock, systemClock, wait, within } from './clock.ts';
import type { Config } from './config/schema.ts';
import { createDuplicates, fingerprintOf } from './delivery/duplicates.ts';
import { createKeyOrder } from './delivery/key-order.ts';
import { createOrderKeys } from './delivery/order-keys.ts';
import { CallmatchError, messageOf } from './errors.ts';
import { Folding } from './fold/folding.ts';
import { createHttpClient } from './hubspot/client.ts';
import { createKafkaClient } from './kafka/client.ts';
import { connectControlLog } from './kafka/control-log.ts';
import { createGroupSource } from './kafka/group-source.ts';
import { readToEnd } from './kafka/positions.ts';
import { createSink, type Sink } from './kafka/sink.ts';
import { partitionCounts } from './kafka/topics.ts';
import { startOpsServer } from './ops/server.ts';
import { createTelemetry, type Log, type Telemetry } from './ops/telemetry.ts';
import { outcomeKey } from './outcome/enriched-call.ts';
import { materialOfCall, materialOfOutcome } from './outcome/material.ts';
import { createOutcomeLog } from './outcome-log.ts';
import { createOutputs } from './outputs.ts';
import { createParking } from './parking/parking.ts';
import { createPipeline } from './pipeline.ts';
import { TOKEN_REQUESTS } from './portal-tokens.ts';
import { createPortals, type PortalChanges, type PortalConfigs } from './portals.ts';
import { requireOutcomeCodec, requireTopics } from './prerequisites.ts';
import { createQuotaLimiters, sharingsOf } from './quota-limiters.ts';
import { connectRedis } from './redis/connection.ts';
import { createRegistryClient } from './registry/client.ts';
import { createSchemaLoader } from './registry/schema-loader.ts';
import { createWriterSchemas } from './registry/writer-schemas.ts';
import type { Bounds } from './replay/bounds.ts';
import { reportFolding, reportGroup, reportParking, reportPortal, reportSink } from './reports.ts';
import { createQuotaShares, type QuotaShares } from './shares/quota-shares.ts';
import { createSourceStages } from './source-stages.ts';
import { type ProcessorStatus, portalStatus, registerGauges } from './status.ts';
import { VERSION } from './version.ts';

export interface Processor extends AsyncDisposable {
  /** Port of /live, /ready, /metrics and /status. */
  readonly port: number;
  readonly telemetry: Telemetry;
  readonly isReady: () => boolean;
  readonly status: () => ProcessorStatus;
  /** Replaces the list of portals, as `PortalRegistry.update` does. */
  readonly updatePortals: (portals: PortalConfigs) => PortalChanges;
  /** Rejects when the processor cannot go on. */
  readonly failed: Promise<never>;
  /**
   * Stops fetching and sending, waits for the calls on the wire up to `delivery.drain`, commits and leaves the group.
   * Throws `drain-timeout` when some were left; they are read again at the next start. A second call joins the first.
   */
  stop(): Promise<void>;
}

/** Most that is read and not settled, of all partitions; each has an equal part. A backfill always holds all it may. */
const BUDGETS = {
  live: { records: 65_536, bytes: 128 * 1024 * 1024 },
  backfill: { records: 8_192, bytes: 32 * 1024 * 1024 },
} as const;
/** Pause between commits, milliseconds. */
const COMMIT_INTERVAL_MS = 1_000;
/** Longest waits at a stop, after the drain: for the last commit, and for connections to close. Milliseconds. */
const COMMIT_MS = 1_000;
const CLOSE_MS = 3_000;

/**
 * Builds and starts everything. Throws, with everything closed again, when something it needs is missing.
 * @param bounds undefined: everything is read, and goes on
 */
export async function startProcessor(
  config: Config,
  log: Log,
  clock: Clock = systemClock,
  bounds?: Bounds,
): Promise<Processor> {
  await using parts = new AsyncDisposableStack();
  const telemetry = createTelemetry(log);
  const failure = Promise.withResolvers<never>();
  const state = { hasFailed: false, isStopping: false };
  failure.promise.catch((error: unknown) => {
    state.hasFailed = true;
    if (!state.isStopping) telemetry.happened('failed', { reason: messageOf(error) });
  });
  const closing = new AbortController();
  parts.defer(() => closing.abort(new Error('callmatch is closing')));

  // What must be there: topics and schemas.
  const kafka = await createKafkaClient(config.kafka, (level, message, fields) => log[level](fields, message));
  // Before anything connects: a certificate file that is not there is a mistake in the configuration.
  const registry = parts.use(await createRegistryClient(config.registry));
  const admin = kafka.admin();
  parts.defer(() => admin.disconnect());
  await admin.connect();
  const partitions = await requireTopics(config, admin);
  const codec = await requireOutcomeCodec(config.output.topic, registry);

  // From the end of the data to its beginning: closed in the reverse order, the source first.
  const sink: Sink = parts.use(
    createSink({ producer: kafka.producer, mayWrite: () => source.mayWrite(), clock, events: reportSink(telemetry) }),
  );
  await sink.connect();
  const { lane } = config.delivery;
  const output = { ...config.output, group: config.kafka.groupId, lane, version: VERSION };
  const sha256 = (bytes: Buffer) => createHash('sha256').update(bytes).digest('hex');
  const outputs = createOutputs(output, { sink, codec, partitions, wall: clock.wall, sha256 });
  let sharings = sharingsOf(config.portals);
  const shares = parts.use(await createShares());
  const redisFailed = (error: unknown) => telemetry.happened('redisFailed', { reason: messageOf(error) });
  const limiterOf = createQuotaLimiters({
    shares,
    redis: config.redis && {
      connection: parts.use(await connectRedis(config.redis.url, redisFailed)),
      prefix: config.redis.prefix,
    },
    requestTimeout: config.hubspot.timeouts.request,
    clock,
    failed: redisFailed,
  });
  // Calls and token requests never wait for each other's connections.
  const http = { ...config.hubspot.timeouts, connections: config.hubspot.connections + TOKEN_REQUESTS };
  const client = parts.use(createHttpClient(http));
  const portalEvents = reportPortal(telemetry);
  const changed: typeof portalEvents.changed = (name, state, previous) => {
    portalEvents.changed(name, state, previous);
    parking.portalChanged(name, state.state !== 'active' && previous.state === 'active');
  };
  const portals = parts.use(createPortals(config, client, clock, { ...portalEvents, changed }, limiterOf));
  const schemas = createWriterSchemas(registry, clock);
  const duplicates = createDuplicates(config.delivery.duplicates, clock.now);
  const order = createKeyOrder(failure.reject);
  const reader = parts.use(kafka.reader(clock));
  const parking = createParking(config, {
    reader,
    sink,
    outputs,
    portals,
    accept: (delivery, call, again) => pipeline.acceptParked(delivery, call, again),
    clock,
    events: reportParking(telemetry),
  });
  const folding = new Folding(config.fold, {
    readToEnd: () => readToEnd(admin, () => source.partitions(), bounds?.endOf),
    closed: (call) => pipeline.acceptFold(call),
    ...{ parking, clock, events: reportFolding(telemetry) },
  });
  const source = parts.use(bounds?.source?.({ sink, shares }) ?? createSource());
  source.failed.catch(failure.reject);
  const stages = await createSourceStages(config, portals, schemas);
  const pipeline = createPipeline({
    stages: bounds?.selecting(stages) ?? stages,
    loadSchema: createSchemaLoader(schemas, clock, telemetry, closing.signal),
    resume: (partition) => source.resume(partition),
    order,
    orderKeys: createOrderKeys(config.delivery.ordering),
    duplicates,
    fingerprint: (call) => fingerprintOf(materialOfCall(call)),
    outputs,
    folding,
    submit: (origin, call) => parking.submit(origin, call),
    turn: (origin, underWay) => parking.turn(origin, underWay),
    telemetry,
    wall: clock.wall,
  });

  const status = (): ProcessorStatus => ({
    version: VERSION,
    group: config.kafka.groupId,
    inFlight: order.size,
    oldestUnfinishedMs: pipeline.oldestUnfinished(),
    partitions: source.partitions(),
    folds: folding.status(),
    portals: portals.all().map(portalStatus),
    parked: Object.fromEntries(parking.counts()),
  });
  registerGauges(telemetry, status);
  const server = parts.use(
    await startOpsServer(config.http, {
      isAlive: () => !state.hasFailed,
      notReady: () => (state.isStopping ? ['stopping'] : source.isReady ? [] : ['no member of the consumer group']),
      metrics: telemetry.exposition,
      status,
    }),
  );
  await shares.start();
  const accept = bounds?.within(pipeline.accept) ?? pipeline.accept;
  await source.start(accept, (tenure, found) => {
    parking.opened(tenure, found);
    folding.opened(tenure, stages(tenure.topic), found);
  });
  telemetry.happened('started', { version: VERSION, group: config.kafka.groupId, port: server.port });

  const running = parts.move();
  let stopped: Promise<void> | undefined;
  return {
    port: server.port,
    telemetry,
    isReady: () => source.isReady,
    status,
    updatePortals(list) {
      const changes = portals.update(list);
      sharings = sharingsOf(list);
      return changes;
    },
    failed: failure.promise,
    stop: () => (stopped ??= stop()),
    [Symbol.asyncDispose]: () => (stopped ??= stop()),
  };

  function createSource() {
    const { groupId, startFrom, onOffsetLost, sessionTimeout } = config.kafka;
    const { window, inDoubt } = config.delivery;
    const { request } = config.hubspot.timeouts;
    const settings = {
      groupId,
      startFrom,
      onOffsetLost,
      sessionTimeout,
      window,
      topics: config.sources.map(({ topic }) => topic),
      budget: BUDGETS[lane],
      commitInterval: COMMIT_INTERVAL_MS,
      requestTimeout: request,
      // Longer than a request takes, and over before the new owner looks up what it has not seen.
      publishGrace: (request + inDoubt.settle) / 2,
    };
    const report = reportGroup(telemetry);
    const joined: typeof report.joined = (member) => {
      report.joined(member);
      shares.joined(member.partitions, member.isKnown);
    };
    return createGroupSource(kafka, admin, createLog(), settings, clock, { ...report, joined });
  }

  async function createShares(): Promise<QuotaShares> {
    const failed = (error: unknown) => telemetry.happened('quotaSharingFailed', { reason: messageOf(error) });
    const log = parts.use(await connectControlLog(kafka, admin, clock, failed));
    const topics = config.sources.map(({ topic }) => topic);
    return createQuotaShares(
      {
        lane,
        sources: config.sources,
        sharing: (id) => sharings.get(id),
        sessionTimeout: config.kafka.sessionTimeout,
        requestTimeout: config.hubspot.timeouts.request,
      },
      { log, counts: () => partitionCounts(admin, topics), mayGrant: () => source.mayWrite(), clock, failed },
    );
  }

  function createLog() {
    const { groupId: group } = config.kafka;
    const { topic: outcomes, dlqSuffix, parkedSuffix } = config.output;
    const { inDoubt, duplicates: remembered } = config.delivery;
    const memory = Math.ceil(remembered.calls / (partitions.get(outcomes) ?? 1));
    return createOutcomeLog(
      { group, outcomes, dlqSuffix, parkedSuffix, settle: inDoubt.settle, memory },
      {
        reader,
        codec,
        partitions,
        clock,
        remember: (outcome) => {
          const key = outcomeKey(outcome.portal, outcome.externalCallId);
          duplicates.remember(key, fingerprintOf(materialOfOutcome(outcome)), clock.wall() - outcome.completedAt);
        },
        failed: (error) => telemetry.happened('restoreFailed', { reason: messageOf(error) }),
      },
    );
  }

  async function stop(): Promise<void> {
    state.isStopping = true;
    telemetry.happened('stopping', { inFlight: order.size });
    source.stopFetching();
    const deadline = wait(clock, config.delivery.drain, closing.signal).then(
      () => false,
      () => false,
    );
    const isDrained = await Promise.race([order.idle().then(() => true), deadline]);
    const left = order.size;
    await within(clock, COMMIT_MS, parking.flush()).catch(() => {});
    // A broker that does not answer must not hold up the end: what is not committed is read again.
    await within(clock, COMMIT_MS, source.commitLast()).catch((error: unknown) =>
      telemetry.happened('commitFailed', { reason: messageOf(error) }),
    );
    await within(clock, CLOSE_MS, running.disposeAsync()).catch(() => {});
    telemetry.happened('stopped', { left });
    if (!isDrained) throw new CallmatchError('drain-timeout', `${left} calls were still in flight`);
  }
}
