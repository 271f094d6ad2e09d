/**
 * Tells an outage of a portal from the failures of single calls. Whether it is one is decided here; that calls then wait
 * and are probed one a second is the gate's.
 *
 * An outage is a number of failures in a row. A share of failures would not do: one call that always fails, on a portal
 * with few others, makes up most of what there is, and must not hold them up.
 */
import { ConsecutiveBreaker } from 'cockatiel';
import type { ErrorCode } from '../errors.ts';

/** Failures of a portal that is down. Any other answer, a refusal too, shows that it works. */
export const OUTAGE: ReadonlySet<ErrorCode> = new Set(['crm-unreachable', 'crm-in-doubt']);

/**
 * Failures in a row that make an outage. When one request in a hundred hangs, ten in a row are one in 10^20; when
 * nothing works, ten requests are soon made.
 */
export const FAILURES_IN_A_ROW = 10;

/** Judge of one portal. */
export interface Breaker {
  succeeded(): void;
  /** True when this failure makes the portal count as down. */
  failed(): boolean;
}

export function createBreaker(): Breaker {
  const judge = new ConsecutiveBreaker(FAILURES_IN_A_ROW);
  return { succeeded: () => judge.success(), failed: () => judge.failure() };
}
