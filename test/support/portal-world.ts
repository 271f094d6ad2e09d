/** A portal with all its parts against a real HTTP server that answers as a test says, on a clock held still. */
import type { CallmatchError, ErrorCode } from '../../src/errors.ts';
import { SPARE_FROM } from '../../src/hubspot/allowance.ts';
import { staticToken, type TokenSource } from '../../src/hubspot/auth.ts';
import { createHttpClient, type HttpClient } from '../../src/hubspot/client.ts';
import { createFairSlots } from '../../src/hubspot/fair-slots.ts';
import { createGate, type PortalState } from '../../src/hubspot/gate.ts';
import { createLimiter, type Permit } from '../../src/hubspot/limiter.ts';
import { ALWAYS_GRANTED } from '../../src/hubspot/permission.ts';
import { createPortal, type PortalSettings, type Submission, type SubmitOptions } from '../../src/hubspot/portal.ts';
import { watchContract } from './contract-witness.ts';
import { ManualClock, settled } from './manual-clock.ts';
import { sampleCall } from './sample-call.ts';
import { received, startHttpServer } from './test-servers.ts';

/** An answer, or none: the connection is reset, or nothing comes until the client gives up. */
export type Reply =
  | { readonly status: number; readonly headers?: Readonly<Record<string, string>>; readonly body?: unknown }
  | 'reset'
  | 'hang';

export interface CrmRequest {
  readonly kind: 'call' | 'search';
  /** `Clock.now` at its arrival. */
  readonly at: number;
  readonly token: string;
  /** Of a search: the first one it asks for. */
  readonly externalCallId: string;
  /** All that a search asks for. */
  readonly externalCallIds: readonly string[];
  /** As sent; undefined for a search. */
  readonly createEngagement: boolean | undefined;
  readonly body: string;
}

export interface WorldOptions extends Partial<Omit<PortalSettings, 'baseUrl' | 'name'>> {
  readonly requests?: number;
  readonly slots?: number;
  readonly token?: TokenSource;
  /** 0.5 by default. */
  readonly random?: () => number;
  /** Port of the server; it has to be started with `serve`. */
  readonly port?: number;
}

/** Header by which the server tells whose request it is. */
const REQUEST_ID = 'x-request-id';
export const WINDOW_MS = 10_000;
export const SETTLE_MS = 10_000;
export const NO_MATCH: Reply = { status: 200, body: { callerIdMatches: [] } };
/** The answer of a search: so many results for each id that was asked for. */
export const found = (times: number): Reply => ({ status: 200, body: { times } });
/** The answer of a search that finds these ids, and counts more than it gives when `total` says so. */
export const holding = (ids: readonly string[], total = ids.length, after?: string): Reply => ({
  status: 200,
  body: {
    total,
    results: ids.map((id) => ({ id: '1', properties: { hs_call_external_id: id } })),
    ...(after !== undefined && { paging: { next: { after } } }),
  },
});

export type PortalWorld = Awaited<ReturnType<typeof startPortalWorld>>;

/** @param reply what the CRM answers to its n-th request, from 0 */
export async function startPortalWorld(
  reply: (request: CrmRequest, n: number) => Reply | Promise<Reply>,
  options: WorldOptions = {},
) {
  const clock = new ManualClock();
  const contract = watchContract();
  const requests: CrmRequest[] = [];
  const retried: { code: ErrorCode; ms: number; error: CallmatchError; isOutage: boolean }[] = [];
  const lookedUp: (boolean | 'forbidden')[] = [];
  const answered: (number | 'none')[] = [];
  const states: PortalState[] = [];
  const unknownAgents: string[] = [];
  /** Of every sync of the users: how many were read, or why not. */
  const syncs: unknown[] = [];
  /** Requests on the wire, and whether the server will never answer them. */
  const onWire = new Map<string, { isHanging: boolean }>();

  const serve = (port: number) =>
    startHttpServer(async (incoming, response) => {
      const arrived = await received(incoming);
      const request = read(arrived.path, arrived.headers.authorization ?? '', arrived.body, clock.now());
      requests.push(request);
      if (request.kind === 'call') contract.request(request.body);
      const answer = await reply(request, requests.length - 1);
      if (answer === 'reset') return incoming.socket.resetAndDestroy();
      if (answer === 'hang') {
        const sent = onWire.get(String(arrived.headers[REQUEST_ID]));
        if (sent !== undefined) sent.isHanging = true;
        return undefined;
      }
      const { status, headers, body } = withResults(answer, request.externalCallIds);
      response.writeHead(status, headers).end(typeof body === 'string' ? body : JSON.stringify(body ?? {}));
    }, port);

  await using parts = new AsyncDisposableStack();
  parts.defer(contract.assertKept);
  const origin = options.port ? `http://127.0.0.1:${options.port}` : parts.use(await serve(0)).origin;
  const client = parts.use(createHttpClient({ connect: 2_000, request: 4_000, connections: 8 }, clock));
  let sends = 0;
  // Time may pass only while nothing real is under way; whether it is only the client's side can tell.
  const watched: HttpClient = {
    async send(request) {
      sends += 1;
      const id = String(sends);
      onWire.set(id, { isHanging: false });
      try {
        return await client.send({ ...request, headers: { ...request.headers, [REQUEST_ID]: id } });
      } finally {
        onWire.delete(id);
      }
    },
    [Symbol.asyncDispose]: () => client[Symbol.asyncDispose](),
  };
  const quota = { requests: options.requests ?? 5, window: WINDOW_MS };
  const limiter = createLimiter(quota, clock, Number.NEGATIVE_INFINITY);
  const searchLimiter = createLimiter({ requests: 5, window: 1_000 }, clock, Number.NEGATIVE_INFINITY);
  const slots = createFairSlots({ perPortal: options.slots ?? 8, total: 1_024 }).open();
  const portal = createPortal(
    {
      name: 'main',
      hubId: undefined,
      baseUrl: origin,
      apiVersion: '2026-03',
      engagement: { create: true, properties: {} },
      users: { table: {}, sync: 'none', refresh: 3_600_000 },
      maxAttempts: 8,
      inDoubt: { mode: 'verify', settle: SETTLE_MS },
      ...options,
    },
    {
      client: watched,
      token: options.token ?? staticToken('t-1'),
      limiter,
      searchLimiter,
      slots: slots.run,
      gate: createGate(clock, (state) => states.push(state)),
      clock,
      random: options.random ?? (() => 0.5),
      events: {
        answered: (_portal, status) => answered.push(status),
        retried: (_portal, error, ms, isOutage) => retried.push({ code: error.code, ms, error, isOutage }),
        lookedUp: (_portal, result) => lookedUp.push(result),
        agentUnknown: (_portal, agent) => unknownAgents.push(agent),
        usersSynced: (_portal, users) => syncs.push(users),
        usersNotSynced: (_portal, error) => syncs.push(error),
      },
    },
  );
  const running = parts.move();

  /** Lets the sockets work, without time, until the condition holds. */
  const until = async (condition: () => boolean) => {
    while (!condition()) await settled();
  };

  const isQuiet = () => [...onWire.values()].every(({ isHanging }) => isHanging);

  /** Waits until what is on the wire has ended, or hangs. */
  const quiet = async () => {
    do await settled();
    while (!isQuiet());
  };

  const free = async () => {
    const permits: Permit[] = [];
    const more = new AbortController();
    const take = () => limiter.acquire('live', more.signal).then((permit) => permits.push(permit));
    for (let n = 0; n <= quota.requests; n += 1) take().catch(() => {});
    await settled();
    more.abort();
    for (const permit of permits) permit.unused();
    return permits.length;
  };

  return {
    clock,
    portal,
    limiter,
    slots,
    requests,
    retried,
    lookedUp,
    answered,
    states,
    unknownAgents,
    syncs,
    serve,
    until,
    /** Submits a call of that id. */
    submit(
      externalCallId = 'call-1',
      signal: AbortSignal = new AbortController().signal,
      more: Partial<SubmitOptions> = {},
    ) {
      const options: SubmitOptions = { lane: 'live', signal, permission: ALWAYS_GRANTED, ...more };
      return portal.submit(sampleCall({ externalCallId }), options);
    },
    quiet,
    /** Lets time pass from timer to timer until the condition holds. */
    async passUntil(condition: () => boolean) {
      await quiet();
      while (!condition()) {
        if (!clock.runNext()) throw new Error('everything waits, and for nothing');
        await quiet();
      }
    },
    /** Lets time pass over so many timers. */
    async pass(timers: number) {
      for (let n = 0; n < timers && clock.runNext(); n += 1) await quiet();
    },
    /** Lets time pass from timer to timer, whenever nothing is on the wire, until the promise ends. */
    async drive<T>(promise: Promise<T>): Promise<T> {
      let isOver = false;
      const over = () => {
        isOver = true;
      };
      promise.then(over, over);
      while (!isOver) {
        await settled();
        if (isOver || !isQuiet()) continue;
        if (!clock.runNext() && slots.activeCount === 0) throw new Error('everything waits, and for nothing');
      }
      return promise;
    },
    /** Requests that the quota would let go this moment. */
    free,
    /** Whether all is given back: no request on the wire or waiting, and the whole quota free after a window. */
    async isAtRest(): Promise<boolean> {
      await until(() => slots.activeCount === 0);
      await clock.elapse(WINDOW_MS);
      // One of many slots is kept back for a successor.
      const all = quota.requests >= SPARE_FROM ? quota.requests - 1 : quota.requests;
      return (await free()) === all && limiter.waiting === 0 && searchLimiter.waiting === 0;
    },
    [Symbol.asyncDispose]: () => running.disposeAsync(),
  };
}

/** The submission, where anything else would be a failure of the test. */
export function submitted(result: Awaited<ReturnType<PortalWorld['submit']>>): Submission {
  if ('inDoubt' in result) throw new Error('left in doubt');
  return result;
}

function read(path: string, authorization: string, body: string, at: number): CrmRequest {
  const parsed = JSON.parse(body);
  const isSearch = path.endsWith('/search');
  const externalCallIds: string[] = isSearch
    ? parsed.filterGroups.map(({ filters: [filter] }: { filters: { value: string }[] }) => filter?.value)
    : [parsed.externalCallId];
  return {
    kind: isSearch ? 'search' : 'call',
    at,
    token: authorization.replace('Bearer ', ''),
    externalCallId: externalCallIds[0] ?? '',
    externalCallIds,
    createEngagement: parsed.createEngagement,
    body,
  };
}

function withResults(answer: Exclude<Reply, string>, ids: readonly string[]): Exclude<Reply, string> {
  const { body } = answer;
  if (typeof body !== 'object' || body === null || !('times' in body)) return answer;
  const { times } = body;
  const all = holding(ids.flatMap((id) => Array.from({ length: Number(times) }, () => id)));
  return typeof all === 'string' ? answer : all;
}
