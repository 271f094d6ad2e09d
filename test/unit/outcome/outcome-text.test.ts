import { expect, it } from 'vitest';
import { type Ending, enrichedCall, type Match } from '../../../src/outcome/enriched-call.ts';
import { maskedOutcome, outcomeLine } from '../../../src/outcome/outcome-text.ts';
import { sampleCall } from '../../support/sample-call.ts';

const CONTACT: Match = {
  callerIdType: 'CONTACT',
  objectCoordinates: { objectId: '123', objectTypeId: '0-1', portalId: 7 },
  firstName: 'Jane',
  lastName: 'Doe',
  email: 'jane@example.com',
};
const COMPANY: Match = {
  ...CONTACT,
  callerIdType: 'COMPANY',
  firstName: null,
  lastName: null,
  name: 'Acme',
  email: null,
};

function outcome(ending: Ending) {
  const call = sampleCall({
    externalCallId: 'call-1',
    status: 'MISSED',
    from: { e164: '+41315550179', type: 'FIXED_LINE' },
    to: { e164: '+41315550100', type: 'FIXED_LINE', extension: '201' },
  });
  return enrichedCall(call, ending, {
    portal: 'main',
    hubId: 7,
    lane: 'live',
    group: 'g',
    mapping: { name: 'canonical', version: '1' },
    sources: [{ topic: 't', partition: 0, offset: 0, timestamp: 0 }],
    callIndex: 0,
    redrives: 0,
    traceparent: undefined,
    completedAt: Date.UTC(2026, 10, 24, 22, 48, 1),
    include: 'all',
  });
}

const enriched = (matches: readonly Match[] | 'unknown') =>
  outcome({ outcome: 'enriched', matches, engagementRequested: true, attempts: 1, submittedAt: 1, verdict: 'fresh' });

it('is one line', () => {
  expect(outcomeLine(enriched([CONTACT, COMPANY]))).toBe(
    '2026-11-24T22:48:01.000Z  main  enriched  MISSED  +41315550179 > +41315550100 ext. 201  ' +
      'Jane Doe (contact 123), Acme (company 123)  call-1',
  );
  expect(outcomeLine(enriched([]))).toContain('nobody known');
  expect(outcomeLine(enriched('unknown'))).toContain('matches unknown');
  expect(outcomeLine(outcome({ outcome: 'skipped', reason: 'withheld' }))).toContain('skipped (withheld)');
});

it('shows no full number and no name when it is masked, and the ids', () => {
  const line = outcomeLine(maskedOutcome(enriched([CONTACT, COMPANY])));
  for (const secret of ['5550179', '5550100', 'Jane', 'Doe', 'Acme', 'jane@']) expect(line).not.toContain(secret);
  expect(line).toContain('(contact 123)');
  expect(JSON.stringify(maskedOutcome(enriched([CONTACT])))).not.toMatch(/Jane|Doe|jane@|5550179/);
});
