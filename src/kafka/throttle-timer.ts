/**
 * Cures kafkajs issue 1751. After every response kafkajs 2.2.4 sets a timer for the end of a throttling that in nearly
 * all cases never began: its delay is "0 minus now". Node up to 22 took such a delay for 1 ms, so every response cost a
 * useless timer; Node 24 also prints a TimeoutNegativeWarning. kafkajs is no longer maintained and has no option for
 * this, so the one method at fault is replaced.
 */
import { kafkajsPrototype } from './kafkajs-class.ts';

/** How soon to look again when requests wait but nothing is throttled. The value of kafkajs. */
const CHECK_PENDING_REQUESTS_MS = 10;

/** The part of kafkajs's request queue (one per connection) that its timer works on. */
export interface RequestQueue {
  readonly pending: readonly unknown[];
  /** Epoch milliseconds until which the broker asked for silence; -1 when it never did. */
  readonly throttledUntil: number;
  throttleCheckTimeoutId: NodeJS.Timeout | null;
  checkPendingRequests(): void;
  scheduleCheckPendingRequests(): void;
}

/**
 * Sets the timer only while requests wait. Nothing is missed without it: a request that arrives during a throttling
 * is put in the queue and comes by here, and one that waits for others in flight is sent when one of them ends.
 */
function scheduleCheckPendingRequests(this: RequestQueue): void {
  if (this.throttleCheckTimeoutId !== null || this.pending.length === 0) {
    return;
  }
  // The wall clock, because kafkajs reckons `throttledUntil` by it.
  const remaining = this.throttledUntil - Date.now();
  this.throttleCheckTimeoutId = setTimeout(
    () => {
      this.throttleCheckTimeoutId = null;
      this.checkPendingRequests();
    },
    remaining > 0 ? remaining : CHECK_PENDING_REQUESTS_MS,
  );
}

/** kafkajs's class of request queues. Throws `dependency-missing` when this kafkajs has none of that shape. */
export function requestQueuePrototype(): RequestQueue {
  return kafkajsPrototype('network/requestQueue/index', ['scheduleCheckPendingRequests', 'checkPendingRequests']);
}

/** Replaces the method for every connection of this process, also those that are open. Doing it twice changes nothing. */
export function cureThrottleTimer(prototype: RequestQueue = requestQueuePrototype()): void {
  prototype.scheduleCheckPendingRequests = scheduleCheckPendingRequests;
}
