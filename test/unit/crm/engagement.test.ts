import { expect, test } from 'vitest';
import { Engagement, propertyOf } from '../../../src/crm/engagement.ts';

const engagement = new Engagement({
  id: 40_000_000_001,
  portal: 'main',
  externalCallId: 'a',
  createdAt: Date.parse('2026-01-01T00:00:00Z') + 0.25,
  propertiesJson: '{"hs_call_title":"Inbound"}',
});

test('given properties and those of every call can be read', () => {
  expect(engagement.properties).toEqual({ hs_call_title: 'Inbound' });
  expect(propertyOf(engagement, 'hs_call_title')).toBe('Inbound');
  expect(propertyOf(engagement, 'hs_object_id')).toBe('40000000001');
  expect(propertyOf(engagement, 'hs_createdate')).toBe('2026-01-01T00:00:00.000Z');
});

test('the external id is not filled in, and inherited names are no properties', () => {
  expect(propertyOf(engagement, 'hs_call_external_id')).toBeUndefined();
  expect(propertyOf(engagement, 'constructor')).toBeUndefined();
});
