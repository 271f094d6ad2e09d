import { expect, test } from 'vitest';
import { masked } from '../../../src/trial/shown.ts';

test('numbers are masked however deep they stand, and what tells calls apart is not', () => {
  const payload = {
    externalCallId: '1768469400.26',
    fromNumber: { e164Number: '+41315550179', phoneNumberType: 'FIXED_LINE', extension: '201' },
    callStartedTimestamp: '2026-01-15T09:30:00.000Z',
    potentialRecipientUserIds: [12345678],
    durationSeconds: 42,
    engagementProperties: {
      hs_call_from_number: '+41315550179',
      hs_call_external_id: '1768469400.26',
      hs_call_title: 'Call of 031 555 01 79',
    },
    userId: null,
  };
  expect(masked(payload)).toEqual({
    ...payload,
    fromNumber: { ...payload.fromNumber, e164Number: '+413******79' },
    engagementProperties: {
      hs_call_from_number: '+413******79',
      hs_call_external_id: '1768469400.26',
      hs_call_title: 'Call of 031 *** ** 79',
    },
  });
});

test('an id that holds a number is masked, too', () => {
  expect(masked({ externalCallId: 'call-+41315550179' })).toEqual({ externalCallId: 'call-+41*******79' });
});
