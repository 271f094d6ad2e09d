/**
 * Breaker and gate together, against a model that a page can hold: a portal is active, paused until some time, or probed
 * by one request; what an answer makes of it depends on the answer, the state, and how many failed in a row.
 */
import fc from 'fast-check';
import { expect, it } from 'vitest';
import { CallmatchError, type ErrorCode } from '../../../src/errors.ts';
import { readInboundCallAnswer } from '../../../src/hubspot/answer.ts';
import { createAttempt } from '../../../src/hubspot/attempt.ts';
import { staticToken } from '../../../src/hubspot/auth.ts';
import type { HttpClient } from '../../../src/hubspot/client.ts';
import { createFairSlots } from '../../../src/hubspot/fair-slots.ts';
import { breakerState, createGate, type PortalState } from '../../../src/hubspot/gate.ts';
import { createLimiter } from '../../../src/hubspot/limiter.ts';
import { ALWAYS_GRANTED } from '../../../src/hubspot/permission.ts';
import { ManualClock, settled } from '../../support/manual-clock.ts';

interface Reply {
  readonly status: number;
  readonly seconds?: number;
  readonly body?: string;
  readonly is: ErrorCode | 'good';
  /** What the portal has to do with it. */
  readonly means: 'works' | 'works-but' | 'down' | 'trouble';
  /** Pause of the portal, or of all that goes its way; milliseconds. */
  readonly wait?: number;
}

const REPLIES: readonly Reply[] = [
  { status: 200, is: 'good', means: 'works' },
  { status: 400, is: 'crm-rejected', means: 'works' },
  { status: 423, is: 'crm-locked', means: 'works-but' },
  { status: 429, seconds: 2, is: 'crm-throttled', means: 'works-but', wait: 2_000 },
  { status: 503, is: 'crm-in-doubt', means: 'down' },
  { status: 503, seconds: 3, is: 'crm-in-doubt', means: 'down', wait: 3_000 },
  { status: 0, is: 'crm-unreachable', means: 'down' },
  { status: 401, is: 'crm-unauthorized', means: 'trouble' },
  { status: 403, is: 'crm-forbidden', means: 'trouble' },
  { status: 302, is: 'crm-redirected', means: 'trouble' },
  { status: 477, seconds: 5, is: 'crm-moving', means: 'trouble', wait: 5_000 },
  { status: 429, body: '{"policyName":"DAILY"}', is: 'crm-daily-limit', means: 'trouble', wait: 300_000 },
];

/** What has to come of requests that go one after the other. */
class Model {
  /** The trouble of a portal that is not active, and when it may be probed. */
  #trouble: { readonly reason: ErrorCode; readonly until: number } | undefined;
  #failures = 0;
  #pauses = 0;
  #heldUntil = 0;
  readonly states: string[] = [];

  get breaker(): string {
    return this.#isOutage ? 'open' : 'closed';
  }

  /** One request from `now` on; when it is sent. */
  request(now: number, { is, means, wait }: Reply): number {
    const trouble = this.#trouble;
    // Only a good answer has no code, and that is neither down nor trouble.
    const reason = is as ErrorCode;
    if (trouble) this.states.push('probing');
    const sentAt = Math.max(now, trouble?.until ?? 0, this.#heldUntil);
    if ((means === 'works-but' || means === 'down') && wait !== undefined) this.#heldUntil = sentAt + wait;
    this.#failures = means === 'down' ? this.#failures + 1 : 0;
    if (means === 'trouble') {
      this.#pause(reason, sentAt + (wait ?? Math.min(300_000, 15_000 * 2 ** this.#pauses)));
      this.#pauses += 1;
    } else if (means === 'down' && this.#failures >= 10) this.#pause(reason, sentAt + 1_000);
    else if (trouble && (means === 'works' || (means === 'works-but' && this.#isOutage))) this.#open();
    else if (trouble) this.#pause(trouble.reason, sentAt + 15_000);
    return sentAt;
  }

  get #isOutage(): boolean {
    return this.#trouble?.reason === 'crm-in-doubt' || this.#trouble?.reason === 'crm-unreachable';
  }

  #pause(reason: ErrorCode, until: number): void {
    this.#trouble = { reason, until };
    this.states.push(`paused ${reason}`);
  }

  #open(): void {
    this.#trouble = undefined;
    this.#pauses = 0;
    this.states.push('active');
  }
}

function setUp() {
  const clock = new ManualClock();
  const states: string[] = [];
  const sent: number[] = [];
  const replies: Reply[] = [];
  const client: HttpClient = {
    async send() {
      sent.push(clock.now());
      const reply = replies.shift();
      if (reply === undefined || reply.status === 0) throw new CallmatchError('crm-unreachable', 'refused');
      const headers = reply.seconds === undefined ? {} : { 'retry-after': String(reply.seconds) };
      return { status: reply.status, headers, body: reply.body ?? '' };
    },
    async [Symbol.asyncDispose]() {},
  };
  const told = (state: PortalState) =>
    void states.push(state.state === 'paused' ? `paused ${state.reason}` : state.state);
  const gate = createGate(clock, told);
  const limiter = createLimiter('none', clock);
  const slots = createFairSlots({ perPortal: 1, total: 1_024 }).open().run;
  const attempt = createAttempt({
    origin: () => 'http://crm.invalid',
    client,
    token: staticToken('t'),
    slots,
    gate,
    clock,
    answered() {},
  });
  const route = {
    path: '/',
    limiter,
    isProof: true,
    read: (answer: Parameters<typeof readInboundCallAnswer>[0]) => readInboundCallAnswer(answer, clock.wall()),
  };
  const options = { lane: 'live', signal: new AbortController().signal, permission: ALWAYS_GRANTED } as const;
  return {
    clock,
    gate,
    states,
    sent,
    /** Sends one request, through all that holds it back, and gives what came of it. */
    async request(reply: Reply): Promise<string> {
      replies.push(reply);
      let end: string | undefined;
      attempt(route, () => '{}', options).then(
        () => {
          end = 'good';
        },
        (error: CallmatchError) => {
          end = error.code;
        },
      );
      for (await settled(); end === undefined; await settled()) {
        if (!clock.runNext()) throw new Error('everything waits, and for nothing');
      }
      return end;
    },
  };
}

it('a portal is closed, open or half-open, active, paused or probed as the model says, and asked when it says', async () => {
  const idle = fc.constantFrom(0, 0, 0, 700, 20_000);
  const any = fc.array(fc.tuple(fc.constantFrom(...REPLIES), idle), { maxLength: 8 });
  // About as many as open the breaker.
  const downs = REPLIES.filter(({ means }) => means === 'down');
  const outage = fc.array(fc.tuple(fc.constantFrom(...downs), idle), { minLength: 8, maxLength: 14 });
  const script = fc.array(fc.oneof(any, outage), { maxLength: 6, size: 'max' }).map((parts) => parts.flat());
  let opened = 0;
  await fc.assert(
    fc.asyncProperty(script, async (steps) => {
      const { clock, gate, states, sent, request } = setUp();
      const model = new Model();
      for (const [reply, pause] of steps) {
        await clock.elapse(pause);
        const sentAt = model.request(clock.now(), reply);
        expect(await request(reply)).toBe(reply.is);
        expect(sent.at(-1)).toBe(sentAt);
        expect(states).toEqual(model.states);
        expect(breakerState(gate.current)).toBe(model.breaker);
        if (model.breaker === 'open') opened += 1;
      }
      expect(sent).toHaveLength(steps.length);
    }),
    { numRuns: 200 },
  );
  expect(opened, 'outages came up').toBeGreaterThan(100);
});
