/** What is measured whenever metrics are scraped, each defined once. `docs/metrics.md` is generated from this table, too. */

export const GAUGES = {
  lag_records: { help: 'Records between the watermark and the end of the partition.', labels: ['topic', 'partition'] },
  watermark_span: { help: 'Records between the watermark and the newest one read.', labels: ['topic', 'partition'] },
  unsettled_records: { help: 'Records read and not settled.', labels: ['topic', 'partition'] },
  in_flight_calls: { help: 'Calls in work, those that wait for the quota included.', labels: [] },
  oldest_unfinished_seconds: { help: 'Time since the oldest record in work was read.', labels: [] },
  open_folds: { help: 'Calls of several records that are not over yet.', labels: ['topic', 'partition'] },
  parked_parts: {
    help: 'Records of them that are parked, so that they hold up nothing.',
    labels: ['topic', 'partition'],
  },
  oldest_fold_seconds: { help: 'Time since the first record of the oldest of them was read.', labels: [] },
  limiter_waiting: { help: 'Requests waiting for the quota.', labels: ['portal'] },
  parked_calls: { help: 'Parked calls that have no end yet; only portals that have some.', labels: ['portal'] },
  portal_paused: { help: '1 while the portal is paused or probed.', labels: ['portal'] },
  portal_disabled: { help: '1 while the portal is switched off by `enabled: false`.', labels: ['portal'] },
  breaker_open: {
    help: '1 while the portal counts as down, so that one request a second probes it.',
    labels: ['portal'],
  },
} as const satisfies Record<string, { readonly help: string; readonly labels: readonly string[] }>;

export type GaugeName = keyof typeof GAUGES;
