import { expect, test } from 'vitest';
import { masked, shownValue } from '../../../src/trial/shown.ts';

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

test.each([
  ['+41315550179', '"+413******79"'],
  [41315550179, '413******79'],
  [201, '201'],
  [undefined, 'nothing'],
  [{ a: 'tel:0315550179' }, '{"a":"tel:031*****79"}'],
  ['x'.repeat(100), `"${'x'.repeat(79)}…`],
])('the value %j is shown as %s', (value, text) => {
  expect(shownValue(value, false)).toBe(text);
});

test('a value is shown in full where one wants to see it, and ids and times always', () => {
  expect(shownValue('+41315550179', true)).toBe('"+41315550179"');
  expect(shownValue('1768469400.26', false, 'externalCallId')).toBe('"1768469400.26"');
  expect(shownValue('2026-01-15 10:30:00', false, 'startedAt')).toBe('"2026-01-15 10:30:00"');
  expect(shownValue(1768469400000, false, 'startedAt')).toBe('1768469400000');
});
