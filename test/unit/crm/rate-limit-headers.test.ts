import { expect, test } from 'vitest';
import { rateLimitHeaders } from '../../../src/crm/rate-limit-headers.ts';

const verdict = { window: { max: 110, remaining: 7, intervalMs: 10_000 }, daily: { max: 250_000, remaining: 9 } };
const window = ['X-HubSpot-RateLimit-Max', '110', 'X-HubSpot-RateLimit-Remaining', '7'];
const interval = ['X-HubSpot-RateLimit-Interval-Milliseconds', '10000'];

test('a private app sees window and day; an OAuth app the window only', () => {
  const daily = ['X-HubSpot-RateLimit-Daily', '250000', 'X-HubSpot-RateLimit-Daily-Remaining', '9'];
  expect(rateLimitHeaders(verdict, 'static')).toEqual([...window, ...interval, ...daily]);
  expect(rateLimitHeaders(verdict, 'oauth')).toEqual([...window, ...interval]);
});

test('exhausted, nothing remains', () => {
  expect(rateLimitHeaders(verdict, 'oauth', true)).toContain('0');
});

test('without a quota there are no headers', () => {
  expect(rateLimitHeaders({}, 'static')).toEqual([]);
});
