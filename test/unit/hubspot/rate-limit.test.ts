import { describe, expect, it } from 'vitest';
import { readRateLimit } from '../../../src/hubspot/rate-limit.ts';

const headers = (max?: string, remaining?: string, interval?: string) => ({
  ...(max !== undefined && { 'x-hubspot-ratelimit-max': max }),
  ...(remaining !== undefined && { 'x-hubspot-ratelimit-remaining': remaining }),
  ...(interval !== undefined && { 'x-hubspot-ratelimit-interval-milliseconds': interval }),
});
const read = (status: number, ...values: [string?, string?, string?]) =>
  readRateLimit({ status, headers: headers(...values), body: '' });

describe('readRateLimit', () => {
  it('reads what is left of how much, in what window', () => {
    expect(read(200, '110', '42', '10000')).toEqual({ max: 110, remaining: 42, interval: 10_000, isRefusal: false });
    expect(read(429, ' 110 ', '0')).toEqual({ max: 110, remaining: 0, interval: undefined, isRefusal: true });
    const twice = { 'x-hubspot-ratelimit-max': ['7', '8'], 'x-hubspot-ratelimit-remaining': '1' };
    expect(readRateLimit({ status: 200, headers: twice, body: '' })).toMatchObject({ max: 7, remaining: 1 });
  });

  it('tells an answer that says nothing from one that nobody knows the sender of', () => {
    expect(read(200)).toBe('silent');
    expect(read(200, '110')).toBe('silent');
    expect(read(502)).toBeUndefined();
    expect(read(429)).toBeUndefined();
  });

  it.each([
    ['0', '0'],
    ['10', '11'],
    ['-1', '0'],
    ['1e3', '5'],
    ['110', '4.5'],
    ['99999999999999', '1'],
  ])('takes %s and %s for no quota', (max, remaining) => {
    expect(typeof read(200, max, remaining)).not.toBe('object');
  });
});
