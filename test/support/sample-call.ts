/** A mapped call as a test needs it: complete, and changed in the fields that the test is about. */
import type { Call } from '../../src/cdr/call.ts';

export function sampleCall(changes: Partial<Call> = {}): Call {
  return {
    externalCallId: 'call-1',
    direction: 'inbound',
    from: { e164: '+14155550123', type: 'FIXED_LINE_OR_MOBILE' },
    to: { e164: '+41445550100', type: 'FIXED_LINE', extension: '17' },
    status: 'COMPLETED',
    rawCause: 'ANSWERED',
    startedAt: Date.UTC(2026, 0, 15, 9, 30),
    talkSeconds: 61,
    agents: [],
    userId: 77,
    potentialRecipientUserIds: [77, 78],
    engagementProperties: {},
    ...changes,
  };
}
