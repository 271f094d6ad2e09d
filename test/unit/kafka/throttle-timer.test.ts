import fc from 'fast-check';
import { afterEach, beforeEach, describe, expect, it, vi } from 'vitest';
import { cureThrottleTimer, type RequestQueue, requestQueuePrototype } from '../../../src/kafka/throttle-timer.ts';

/** kafkajs's own queue; these members are not in its types because applications never see it. */
interface Queue extends RequestQueue {
  push(request: { entry: { correlationId: number }; expectResponse: boolean; sendRequest: () => void }): void;
  fulfillRequest(response: { correlationId: number; payload: object; size: number }): void;
  maybeThrottle(ms: number): void;
  destroy(): void;
}

function createQueue(maxInFlightRequests: number): Queue {
  const silent = { debug() {}, warn() {} };
  return Reflect.construct(requestQueuePrototype().constructor, [
    {
      maxInFlightRequests,
      requestTimeout: 30_000,
      enforceRequestTimeout: false,
      clientId: 'test',
      broker: 'b',
      logger: silent,
    },
  ]);
}

describe('cureThrottleTimer', () => {
  let queue: Queue;
  let sent: number[];
  let nextId = 0;

  const push = () => {
    const correlationId = nextId++;
    const entry = { correlationId, resolve() {}, reject() {} };
    queue.push({ entry, expectResponse: true, sendRequest: () => sent.push(correlationId) });
    return correlationId;
  };
  const answer = (correlationId: number) => queue.fulfillRequest({ correlationId, payload: {}, size: 0 });

  beforeEach(() => {
    vi.useFakeTimers({ now: 1_000_000 });
    cureThrottleTimer();
    nextId = 0;
    sent = [];
    queue = createQueue(2);
  });
  afterEach(() => {
    queue.destroy();
    vi.useRealTimers();
  });

  it('sets no timer after a response when nothing waits', () => {
    answer(push());
    expect(vi.getTimerCount()).toBe(0);
  });

  it('sends a throttled request when the throttling ends, and not before', () => {
    queue.maybeThrottle(500);
    push();
    vi.advanceTimersByTime(499);
    expect(sent).toEqual([]);
    vi.advanceTimersByTime(1);
    expect(sent).toEqual([0]);
    expect(vi.getTimerCount()).toBe(0);
  });

  it('waits on when the throttling is prolonged meanwhile', () => {
    queue.maybeThrottle(500);
    push();
    vi.advanceTimersByTime(400);
    queue.maybeThrottle(500);
    vi.advanceTimersByTime(499);
    expect(sent).toEqual([]);
    vi.advanceTimersByTime(1);
    expect(sent).toEqual([0]);
  });

  it('lets no request wait for ever, whatever the order of pushes, answers and throttlings', () => {
    const step = fc.oneof(
      fc.constant({ kind: 'push' as const }),
      fc.constant({ kind: 'answer' as const }),
      fc.record({ kind: fc.constant('throttle' as const), ms: fc.integer({ min: 1, max: 2_000 }) }),
      fc.record({ kind: fc.constant('wait' as const), ms: fc.integer({ min: 1, max: 3_000 }) }),
    );
    fc.assert(
      fc.property(fc.array(step, { maxLength: 60 }), (steps) => {
        queue.destroy();
        queue = createQueue(2);
        sent = [];
        nextId = 0;
        let answered = 0;
        for (const taken of steps) {
          if (taken.kind === 'push') push();
          if (taken.kind === 'answer' && answered < sent.length) answer(answered++);
          if (taken.kind === 'throttle') queue.maybeThrottle(taken.ms);
          if (taken.kind === 'wait') vi.advanceTimersByTime(taken.ms);
        }
        while (answered < nextId) {
          vi.advanceTimersByTime(2_000);
          expect(sent.length).toBeGreaterThan(answered);
          answer(answered++);
        }
        expect(sent).toEqual(Array.from({ length: nextId }, (_, id) => id));
        // One that was set while a request waited may be left; it must not set another.
        vi.advanceTimersByTime(2_000);
        expect(vi.getTimerCount()).toBe(0);
      }),
      { numRuns: 1_000 },
    );
  });

  it('changes nothing when it is called again', () => {
    const cured = requestQueuePrototype().scheduleCheckPendingRequests;
    cureThrottleTimer();
    expect(requestQueuePrototype().scheduleCheckPendingRequests).toBe(cured);
  });
});
