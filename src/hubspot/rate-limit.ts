/** What an answer says of the quota, in HubSpot's headers. All of them are optional, and none is believed blindly. */
import type { Answer } from './answer.ts';

export interface RateLimit {
  /** Requests per window. */
  readonly max: number;
  /** Of those, how many were left after the request was counted. */
  readonly remaining: number;
  /** A 429: the request was not counted. */
  readonly isRefusal: boolean;
  /** Length of the window, milliseconds. */
  readonly interval: number | undefined;
}

/**
 * `silent`: a proper answer without a word on the quota. Undefined: the answer is some gateway's, or makes no sense, so
 * that nothing is known.
 */
export type RateLimitReading = RateLimit | 'silent' | undefined;

export function readRateLimit({ status, headers }: Answer): RateLimitReading {
  const max = wholeNumber(headers['x-hubspot-ratelimit-max']);
  const remaining = wholeNumber(headers['x-hubspot-ratelimit-remaining']);
  const interval = wholeNumber(headers['x-hubspot-ratelimit-interval-milliseconds']);
  if (max === undefined || remaining === undefined) return status === 200 ? 'silent' : undefined;
  return max < 1 || remaining > max ? undefined : { max, remaining, interval, isRefusal: status === 429 };
}

function wholeNumber(value: string | string[] | undefined): number | undefined {
  const text = Array.isArray(value) ? value[0] : value;
  return text !== undefined && /^\d{1,9}$/.test(text.trim()) ? Number(text) : undefined;
}
