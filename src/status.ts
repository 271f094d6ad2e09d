/** What the processor is doing now, for /status and the gauges. */
import type { FoldStatus } from './fold/folding.ts';
import { type BreakerState, breakerState, type PortalState } from './hubspot/gate.ts';
import type { PartitionStatus } from './kafka/delivery.ts';
import type { Telemetry } from './ops/telemetry.ts';

export interface ProcessorStatus {
  readonly version: string;
  readonly group: string;
  /** Calls in work, those that wait for the quota included. */
  readonly inFlight: number;
  /** Since the oldest record in work was read. */
  readonly oldestUnfinishedMs: number | undefined;
  readonly partitions: readonly PartitionStatus[];
  /** Calls of several records that are not over yet; only partitions that have some. */
  readonly folds: readonly FoldStatus[];
  readonly portals: readonly PortalStatus[];
  /** Parked calls without an end by portal, of the partitions of this process; only portals that have some. */
  readonly parked: Readonly<Record<string, number>>;
}

export interface PortalStatus {
  readonly name: string;
  readonly state: PortalState['state'];
  readonly breaker: BreakerState;
  /** Requests waiting for the quota. */
  readonly waiting: number;
  /** Why it is paused or probing, and since when (epoch milliseconds). */
  readonly reason?: string;
  readonly since?: number;
}

export function portalStatus({
  name,
  state,
  waiting,
}: {
  readonly name: string;
  readonly state: PortalState;
  readonly waiting: number;
}): PortalStatus {
  const trouble = 'reason' in state ? { reason: state.reason, since: state.since } : {};
  return { name, state: state.state, breaker: breakerState(state), waiting, ...trouble };
}

/** Registers the gauges; they read the status whenever metrics are scraped. */
export function registerGauges(telemetry: Telemetry, status: () => ProcessorStatus): void {
  const perPartition = (read: (partition: PartitionStatus) => number) => () =>
    status().partitions.map((entry) => ({
      labels: { topic: entry.topic, partition: String(entry.partition) },
      value: read(entry),
    }));
  const perPortal = (read: (portal: PortalStatus) => number) => () =>
    status().portals.map((portal) => ({ labels: { portal: portal.name }, value: read(portal) }));
  const single = (read: () => number) => () => [{ labels: {}, value: read() }];

  telemetry.gauge(
    'lag_records',
    perPartition(({ lag }) => lag),
  );
  telemetry.gauge(
    'watermark_span',
    perPartition(({ span }) => span),
  );
  telemetry.gauge(
    'unsettled_records',
    perPartition(({ unsettled }) => unsettled),
  );
  telemetry.gauge(
    'in_flight_calls',
    single(() => status().inFlight),
  );
  telemetry.gauge(
    'oldest_unfinished_seconds',
    single(() => (status().oldestUnfinishedMs ?? 0) / 1000),
  );
  const perFold = (read: (folds: FoldStatus) => number) => () =>
    status().folds.map((entry) => {
      return { labels: { topic: entry.topic, partition: String(entry.partition) }, value: read(entry) };
    });
  telemetry.gauge(
    'open_folds',
    perFold(({ open }) => open),
  );
  telemetry.gauge(
    'parked_parts',
    perFold(({ parked }) => parked),
  );
  telemetry.gauge(
    'oldest_fold_seconds',
    single(() => Math.max(0, ...status().folds.map(({ oldestMs }) => oldestMs)) / 1000),
  );
  telemetry.gauge(
    'limiter_waiting',
    perPortal(({ waiting }) => waiting),
  );
  telemetry.gauge('parked_calls', () =>
    Object.entries(status().parked).map(([portal, value]) => ({ labels: { portal }, value })),
  );
  telemetry.gauge(
    'portal_paused',
    perPortal(({ state }) => (state === 'paused' || state === 'probing' ? 1 : 0)),
  );
  telemetry.gauge(
    'portal_disabled',
    perPortal(({ state }) => (state === 'disabled' ? 1 : 0)),
  );
  telemetry.gauge(
    'breaker_open',
    perPortal(({ breaker }) => (breaker === 'closed' ? 0 : 1)),
  );
}
