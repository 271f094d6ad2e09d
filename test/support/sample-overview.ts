/** A group as `callmatch status` finds it. */
import type { GroupPosition } from '../../src/kafka/group-offsets.ts';
import type { Instance } from '../../src/overview/instances.ts';
import { overviewOf } from '../../src/overview/overview.ts';
import type { PortalStatus, ProcessorStatus } from '../../src/status.ts';

export const NOW = Date.UTC(2026, 10, 24);

const position = (partition: number, committed: number, end: number, start = 0): GroupPosition => {
  return { group: 'g', topic: 't', partition, committed: { offset: committed, metadata: '' }, start, end };
};
export const portal = (name: string, state: PortalStatus['state'], waiting = 0): PortalStatus => {
  const trouble = state === 'active' ? {} : { reason: 'token-refused', since: NOW - 90_000 };
  return { name, state, breaker: 'closed', waiting, ...trouble };
};
const status = (changes: Partial<ProcessorStatus>): ProcessorStatus => {
  return {
    version: '1',
    group: 'g',
    inFlight: 0,
    oldestUnfinishedMs: undefined,
    partitions: [],
    portals: [],
    folds: [],
    parked: {},
    ...changes,
  };
};

const instances: Instance[] = [
  {
    url: 'http://a:8080',
    notReady: [],
    status: status({
      inFlight: 3,
      oldestUnfinishedMs: 4_000,
      partitions: [
        { topic: 't', partition: 0, watermark: 5, span: 8, unsettled: 2, lag: 5, paused: false, offsetLost: false },
      ],
      portals: [portal('acme', 'active', 2), portal('beta', 'active')],
      parked: { acme: 1 },
    }),
  },
  {
    url: 'http://b:8080',
    notReady: ['stopping'],
    status: status({
      inFlight: 1,
      oldestUnfinishedMs: 9_000,
      portals: [portal('acme', 'paused', 5)],
      parked: { acme: 4 },
    }),
  },
  { url: 'http://c:8080', notReady: [], failure: 'connect ECONNREFUSED' },
];

/** Three members of which two answer: a portal in trouble on one of them, and a partition that lost records. */
export function sampleOverview() {
  return overviewOf({
    groupId: 'g',
    group: { state: 'Stable', members: [1, 2, 3].map(() => ({ clientId: 'callmatch', host: 'a' })) },
    positions: [position(0, 5, 10), position(1, 3, 10, 7)],
    instances,
    deadLetters: { 't.dlq': 12 },
    backlogOf: (lag) => [{ portal: 'acme', records: lag, ms: 60_000 }],
  });
}
