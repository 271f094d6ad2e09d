import { describe, expect, it } from 'vitest';
import { CallmatchError } from '../../src/errors.ts';
import type { PortalState } from '../../src/hubspot/gate.ts';
import type { HappeningName } from '../../src/ops/happenings.ts';
import type { Fields, Telemetry } from '../../src/ops/telemetry.ts';
import { reportGroup, reportPortal, reportSink } from '../../src/reports.ts';

function listen() {
  const happened: [HappeningName, Fields][] = [];
  const counted: HappeningName[] = [];
  const telemetry: Telemetry = {
    happened: (name, fields = {}, told = 'logged') =>
      void (told === 'logged' ? happened.push([name, fields]) : counted.push(name)),
    gauge() {},
    count: async () => 0,
    labelValues: async () => [],
    exposition: async () => '',
  };
  return { happened, counted, telemetry };
}

describe('reports', () => {
  it('tell what a portal does, with what its metrics need as labels', () => {
    const { happened, telemetry } = listen();
    const portal = reportPortal(telemetry);
    portal.answered('main', 429, 1_500);
    portal.retried('main', new CallmatchError('crm-throttled', 'slow down'), 9_999.6, false);
    portal.lookedUp('main', true);
    portal.changed('main', { state: 'paused', reason: 'crm-moving', since: 5, pauseMs: 60_000 }, { state: 'active' });
    expect(happened).toEqual([
      ['requestAnswered', { portal: 'main', status: 429, seconds: 1.5 }],
      ['submitRetried', { portal: 'main', code: 'crm-throttled', reason: 'slow down', waitMs: 10_000 }],
      ['callLookedUp', { portal: 'main', found: true }],
      ['portalChanged', { portal: 'main', state: 'paused', reason: 'crm-moving', since: 5, pauseMs: 60_000 }],
    ]);
  });

  it('tell of agents and users, without a whole address, and of one failure after another once', () => {
    const { happened, counted, telemetry } = listen();
    const portal = reportPortal(telemetry);
    portal.agentUnknown('main', 'alice@example.com');
    portal.usersSynced('main', 7, 250);
    portal.usersNotSynced('main', new CallmatchError('crm-forbidden', 'HubSpot answered 403'), false);
    portal.usersNotSynced('main', new Error('odd'), true);
    expect(happened).toEqual([
      ['agentUnknown', { portal: 'main', agent: 'a***@example.com' }],
      ['usersSynced', { portal: 'main', users: 7, seconds: 0.25 }],
      ['usersNotSynced', { portal: 'main', code: 'crm-forbidden', reason: 'HubSpot answered 403' }],
    ]);
    expect(counted).toEqual(['usersNotSynced']);
  });

  it('tell how the token of a portal fares', () => {
    const { happened, telemetry } = listen();
    const token = reportPortal(telemetry).token('main');
    token.refreshed();
    token.refreshFailed(new CallmatchError('token-refused', 'BAD_HUB'), 60_000.4);
    token.kept();
    token.notKept('no space left');
    expect(happened).toEqual([
      ['tokenRefreshed', { portal: 'main' }],
      ['tokenRefreshFailed', { portal: 'main', code: 'token-refused', reason: 'BAD_HUB', waitMs: 60_000 }],
      ['refreshTokenKept', { portal: 'main' }],
      ['refreshTokenNotKept', { portal: 'main', reason: 'no space left' }],
    ]);
  });

  it('tell once of each portal that its token may not search, and count the calls', () => {
    const { happened, counted, telemetry } = listen();
    const portal = reportPortal(telemetry);
    const looks = ['forbidden', 'forbidden', false, 'forbidden'] as const;
    for (const found of looks) portal.lookedUp('main', found);
    portal.lookedUp('other', 'forbidden');
    expect(happened).toEqual([
      ['searchForbidden', { portal: 'main' }],
      ['callLookedUp', { portal: 'main', found: false }],
      ['searchForbidden', { portal: 'main' }],
      ['searchForbidden', { portal: 'other' }],
    ]);
    expect(counted).toEqual(['callLookedUp', 'callLookedUp', 'callLookedUp', 'callLookedUp']);
  });

  it('tell of an outage when it begins and ends; what comes in between is counted', () => {
    const { happened, counted, telemetry } = listen();
    const portal = reportPortal(telemetry);
    const outage = { reason: 'crm-unreachable', since: 5, pauseMs: 1_000 } as const;
    const states: PortalState[] = [{ state: 'active' }];
    const next = (state: PortalState) => {
      portal.changed('main', state, states.at(-1) ?? state);
      states.push(state);
    };
    next({ state: 'paused', ...outage });
    next({ state: 'probing', ...outage });
    portal.retried('main', new CallmatchError('crm-unreachable', 'refused'), 500, true);
    next({ state: 'paused', ...outage });
    next({ state: 'probing', ...outage });
    next({ state: 'active' });
    expect(happened.map(([name, { state }]) => [name, state])).toEqual([
      ['portalChanged', 'paused'],
      ['portalChanged', 'active'],
    ]);
    expect(counted).toEqual(['portalChanged', 'submitRetried', 'portalChanged', 'portalChanged']);
  });

  it('tell what the group does, numbers in place of lists', () => {
    const { happened, telemetry } = listen();
    const group = reportGroup(telemetry);
    const partitions = [{ topic: 't', partition: 0 }];
    group.joined({ memberId: 'm', isLeader: true, isKnown: true, partitions, ms: 7 });
    group.placed({ topic: 't', partition: 0 }, 10, 3);
    group.commitFailed(new Error('no coordinator'));
    expect(happened).toEqual([
      ['groupJoined', { memberId: 'm', isLeader: true, partitions: 1, ms: 7 }],
      ['startPlaced', { topic: 't', partition: 0, offset: 10, skipped: 3 }],
      ['commitFailed', { reason: 'no coordinator' }],
    ]);
  });

  it('tell why an output could not be written', () => {
    const { happened, telemetry } = listen();
    reportSink(telemetry).publishFailed(new Error('no leader'), 12);
    expect(happened).toEqual([['publishFailed', { reason: 'no leader', records: 12 }]]);
  });
});
