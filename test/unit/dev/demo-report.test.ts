import { expect, it } from 'vitest';
import type { Call } from '../../../src/cdr/call.ts';
import { demoReport } from '../../../src/dev/demo-report.ts';
import type { Findings } from '../../../src/dev/evidence.ts';
import { enrichedCall } from '../../../src/outcome/enriched-call.ts';

const CALL: Call = {
  externalCallId: 'c',
  direction: 'inbound',
  from: { e164: '+12025550143', type: 'MOBILE' },
  to: { e164: '+12125550100', type: 'FIXED_LINE' },
  status: 'COMPLETED',
  agents: [],
  potentialRecipientUserIds: [],
  engagementProperties: {},
};

const ada = {
  callerIdType: 'CONTACT',
  objectCoordinates: { objectId: '501', objectTypeId: '0-1', portalId: 1 },
  firstName: 'Ada',
  lastName: 'Winter',
};
const nameless = { callerIdType: 'CONTACT', objectCoordinates: { objectId: '505', objectTypeId: '0-1', portalId: 1 } };

const letter = (code: string, offset: number) => ({
  topic: 'calls.cdr.dlq',
  partition: 0,
  offset,
  timestamp: 0,
  key: null,
  value: null,
  headers: {
    'callmatch.code': code,
    'callmatch.message': 'cut off',
    'callmatch.source-topic': 'calls.cdr',
    'callmatch.source-partition': '2',
    'callmatch.source-offset': String(offset),
  },
});

it('shows ends, matched callers without their full number, one dead letter of each kind, and the quota', () => {
  const ending = {
    outcome: 'enriched',
    engagementRequested: true,
    attempts: 1,
    submittedAt: 1,
    verdict: 'fresh',
  } as const;
  const context = {
    portal: 'main',
    hubId: 1,
    lane: 'live',
    group: 'g',
    mapping: { name: 'canonical', version: '1' },
    sources: [],
    callIndex: 0,
    redrives: 0,
    traceparent: undefined,
    completedAt: 1,
    include: 'names',
  } as const;
  const findings: Findings = {
    evidence: {
      expected: new Map(),
      counted: new Map([
        ['skipped withheld', 2],
        ['enriched', 110],
      ]),
      read: 112,
      published: new Map(),
      deadLetters: new Map(),
      engagements: 110,
      repeated: 0,
      throttled: 0,
      uncommitted: 0,
    },
    outcomes: [
      enrichedCall(CALL, { ...ending, matches: [] }, context),
      enrichedCall(CALL, { ...ending, matches: [ada, nameless] }, context),
    ],
    deadLetters: [letter('undecodable', 7), letter('undecodable', 8), letter('unknown-schema', 9)],
  };
  const report = demoReport(findings, { seconds: 12, quota: { requests: 110, seconds: 10 } });
  expect(report).toContain('    110  enriched');
  expect(report).toContain('    112  in all');
  expect(report).toContain('Ada Winter | object 505');
  expect(report).not.toContain('2025550143');
  expect(report).toContain('calls.cdr/2@7: cut off');
  expect(report).not.toContain('@8');
  expect(report).toContain('110 requests in 12.0 s under 110 per 10 s: 50 % of the quota used');
});
