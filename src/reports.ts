/** Turns the events of the parts into happenings, so that the parts know nothing of logs and metrics. */
import { maskName } from './cdr/masking.ts';
import { CallmatchError, messageOf } from './errors.ts';
import type { FoldEvents } from './fold/fold-events.ts';
import { breakerState, type PortalState } from './hubspot/gate.ts';
import type { PortalEvents } from './hubspot/portal.ts';
import type { StoreEvents } from './hubspot/refresh-token-store.ts';
import type { TokenEvents } from './hubspot/refreshed-token.ts';
import type { GroupSourceEvents } from './kafka/group-source.ts';
import type { SinkEvents } from './kafka/sink.ts';
import type { Telemetry } from './ops/telemetry.ts';
import type { ParkingEvents } from './parking/parking-events.ts';

export function reportGroup({ happened }: Telemetry): GroupSourceEvents {
  return {
    joined: ({ memberId, isLeader, partitions, ms }) =>
      happened('groupJoined', { memberId, isLeader, partitions: partitions.length, ms }),
    restored: (partitions, kept, ms) => happened('partitionsRestored', { partitions, kept, seconds: ms / 1000 }),
    restoreFailed: (error) => happened('restoreFailed', { reason: messageOf(error) }),
    placed: ({ topic, partition }, offset, skipped) => happened('startPlaced', { topic, partition, offset, skipped }),
    offsetLost: ({ topic, partition }, { records, resumeAt }, isResumed) => {
      const fields = { topic, partition, records: records ?? 'unknown', resumeAt };
      happened(isResumed ? 'offsetLostAndPassed' : 'offsetLost', fields);
    },
    committed: (partitions) => happened('committed', { partitions }),
    commitFailed: (error) => happened('commitFailed', { reason: messageOf(error) }),
    gaveUp: (error) => happened('consumerGaveUp', { reason: messageOf(error) }),
  };
}

export function reportSink({ happened }: Telemetry): SinkEvents {
  return {
    publishFailed: (error, records) => happened('publishFailed', { reason: messageOf(error), records }),
  };
}

export function reportFolding({ happened }: Telemetry): FoldEvents {
  return {
    closed: (by, parts) => happened('foldClosed', { by, parts }),
    late: ({ topic, partition }, offset) => happened('callFolded', { how: 'late', topic, partition, offset }),
    parkedBefore: ({ topic, partition }, offset) =>
      happened('callSkipped', { reason: 'already-enriched', topic, partition, offset }),
    lookFailed: (error) => happened('foldLookFailed', { reason: messageOf(error) }),
  };
}

export function reportParking({ happened }: Telemetry): ParkingEvents {
  return {
    parked: (call, code) => happened('callParked', { ...call, code }),
    refused: (call) => happened('parkingRefused', { ...call }),
    drainFailed: (error) => happened('drainFailed', { reason: messageOf(error) }),
    gone: (portal, offset) => happened('parkedCallGone', { portal, offset }),
  };
}

function reportToken({ happened }: Telemetry, portal: string): TokenEvents & StoreEvents {
  return {
    refreshed: () => happened('tokenRefreshed', { portal }),
    refreshFailed: (error, waitMs) => {
      const fields = { portal, code: error.code, reason: error.message, waitMs: Math.round(waitMs) };
      happened('tokenRefreshFailed', fields);
    },
    kept: () => happened('refreshTokenKept', { portal }),
    notKept: (reason) => happened('refreshTokenNotKept', { portal, reason }),
  };
}

export function reportPortal(telemetry: Telemetry): PortalEvents & {
  changed(portal: string, state: PortalState, previous: PortalState): void;
  token(portal: string): TokenEvents & StoreEvents;
} {
  const { happened } = telemetry;
  /** Portals of which it was said that their token may not search: once is enough. */
  const forbidden = new Set<string>();
  return {
    answered: (portal, status, ms) => happened('requestAnswered', { portal, status, seconds: ms / 1000 }),
    retried(portal, error, waitMs, isOutage) {
      const fields = { portal, code: error.code, reason: error.message, waitMs: Math.round(waitMs) };
      happened('submitRetried', fields, isOutage ? 'counted' : 'logged');
    },
    lookedUp(portal, found) {
      const isForbidden = found === 'forbidden';
      if (isForbidden && !forbidden.has(portal)) happened('searchForbidden', { portal });
      if (isForbidden) forbidden.add(portal);
      else forbidden.delete(portal);
      happened('callLookedUp', { portal, found }, isForbidden ? 'counted' : 'logged');
    },
    agentUnknown: (portal, agent) => happened('agentUnknown', { portal, agent: maskName(agent) }),
    usersSynced: (portal, users, ms) => happened('usersSynced', { portal, users, seconds: ms / 1000 }),
    usersNotSynced(portal, error, isRepeated) {
      const code = error instanceof CallmatchError ? error.code : 'none';
      const fields = { portal, code, reason: messageOf(error) };
      happened('usersNotSynced', fields, isRepeated ? 'counted' : 'logged');
    },
    token: (portal) => reportToken(telemetry, portal),
    changed(portal, state, previous) {
      // In an outage there is a probe each second.
      const isProbing = breakerState(state) !== 'closed' && breakerState(previous) !== 'closed';
      happened('portalChanged', { portal, ...state }, isProbing ? 'counted' : 'logged');
    },
  };
}
