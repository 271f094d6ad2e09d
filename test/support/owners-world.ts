/** A portal that reads its users from a real CRM simulator, on a clock held still. */
import pLimit from 'p-limit';
import { type Config, configSchema } from '../../src/config/schema.ts';
import { type Crm, startCrm } from '../../src/crm/server.ts';
import { type CallmatchError, messageOf } from '../../src/errors.ts';
import { staticToken } from '../../src/hubspot/auth.ts';
import { createHttpClient, type HttpClient } from '../../src/hubspot/client.ts';
import { createGate, type PortalState } from '../../src/hubspot/gate.ts';
import { createLimiter } from '../../src/hubspot/limiter.ts';
import { createPortal } from '../../src/hubspot/portal.ts';
import { ManualClock, settled } from './manual-clock.ts';

export const emailOf = (n: number) => `agent.${n}@example.com`;
/** Owner ids and user ids differ by a million. */
export const ownerOf = (n: number) => ({ id: 1_000_000 + n, userId: n, email: emailOf(n) });

export interface OwnersWorldOptions {
  /** How many owners there are: agents 1, 2, … */
  readonly owners: number;
  readonly token?: string;
  readonly apiVersion?: string;
  readonly quota?: { readonly requests: number; readonly window: number };
  readonly users?: Partial<Config['portals'][string]['users']>;
}

const PORTALS = {
  main: { hubId: 1, tokens: ['sim-main', { token: 'sim-main-no-owners', scopes: ['crm.objects.contacts.write'] }] },
};

interface Sent {
  readonly method: string;
  readonly path: string;
  /** `Clock.now` */
  readonly at: number;
  readonly body: string | undefined;
  readonly contentType: string | undefined;
}

/** Shorter than any wait between two requests. */
const STEP_MS = 100;

export type OwnersWorld = Awaited<ReturnType<typeof startOwnersWorld>>;

export async function startOwnersWorld({ owners, token, apiVersion, quota, users }: OwnersWorldOptions) {
  await using parts = new AsyncDisposableStack();
  const seed = { portals: PORTALS, owners: Array.from({ length: owners }, (_, n) => ownerOf(n + 1)) };
  const crm: Crm = parts.use(await startCrm({ seed, quota: 'none' }));
  const clock = new ManualClock();
  const client = parts.use(createHttpClient({ connect: 2_000, request: 4_000, connections: 8 }, clock));
  const states: PortalState[] = [];
  const unknown: string[] = [];
  const syncs: (number | string)[] = [];
  const sent: Sent[] = [];
  let onWire = 0;
  const counted: HttpClient = {
    async send(request) {
      onWire += 1;
      const { method, path, headers, body } = request;
      sent.push({ method, path, at: clock.now(), body, contentType: headers['content-type'] });
      try {
        return await client.send(request);
      } finally {
        onWire -= 1;
      }
    },
    [Symbol.asyncDispose]: () => client[Symbol.asyncDispose](),
  };
  const config = configSchema.parse({ portals: { main: { token: 'unused' } } });
  const limiter = createLimiter(quota ?? 'none', clock, Number.NEGATIVE_INFINITY);
  const portal = createPortal(
    {
      name: 'main',
      hubId: 1,
      baseUrl: crm.url,
      apiVersion: apiVersion ?? '2026-03',
      engagement: { create: true, properties: {} },
      users: { table: {}, sync: 'owners', refresh: 3_600_000, ...users },
      maxAttempts: 8,
      inDoubt: config.delivery.inDoubt,
    },
    {
      client: counted,
      token: staticToken(token ?? 'sim-main'),
      limiter,
      searchLimiter: createLimiter('none', clock),
      slots: pLimit(8),
      gate: createGate(clock, (state) => states.push(state)),
      clock,
      random: () => 0.5,
      events: {
        answered() {},
        retried() {},
        lookedUp() {},
        agentUnknown: (_portal, agent) => unknown.push(agent),
        usersSynced: (_portal, count) => syncs.push(count),
        usersNotSynced: (_portal, error, isRepeated) => syncs.push(`${codeOf(error)}${isRepeated ? ' again' : ''}`),
      },
    },
  );
  const running = parts.move();

  /** Waits until nothing is on the wire; no time passes. */
  const quiet = async () => {
    do await settled();
    while (onWire > 0);
    await settled();
  };

  return {
    crm,
    clock,
    portal,
    limiter,
    states,
    unknown,
    syncs,
    sent,
    quiet,
    /** Lets time pass while nothing is on the wire. */
    async pass(ms: number) {
      await quiet();
      for (let passed = 0; passed < ms; passed += STEP_MS) {
        await clock.elapse(STEP_MS);
        await quiet();
      }
    },
    /** Lets time pass from timer to timer, whenever nothing is on the wire, until the promise ends. */
    async drive<T>(promise: Promise<T> | T): Promise<T> {
      let isOver = false;
      const over = () => {
        isOver = true;
      };
      Promise.resolve(promise).then(over, over);
      while (!isOver) {
        await settled();
        if (!isOver && onWire === 0 && !clock.runNext()) throw new Error('everything waits, and for nothing');
      }
      return promise;
    },
    [Symbol.asyncDispose]: () => running.disposeAsync(),
  };
}

function codeOf(error: unknown): string {
  return (error as Partial<CallmatchError>).code ?? messageOf(error);
}
