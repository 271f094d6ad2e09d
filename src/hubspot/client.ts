/**
 * One HTTP request to HubSpot: connection pool, time-outs, and what a failed one proves.
 * No retry here: it lives in one layer, above the limiter (`portal.ts`).
 */
import { Agent, type Dispatcher } from 'undici';
import { type Clock, systemClock } from '../clock.ts';
import { CallmatchError, messageOf } from '../errors.ts';
import type { Answer } from './answer.ts';

export interface HttpSettings {
  /** Longest wait for a connection, milliseconds. */
  readonly connect: number;
  /** Longest wait for the whole answer, milliseconds. */
  readonly request: number;
  /** Most connections to one origin. */
  readonly connections: number;
}

export interface HttpRequest {
  readonly method: 'GET' | 'POST';
  readonly origin: string;
  readonly path: string;
  readonly headers: Readonly<Record<string, string>>;
  readonly body?: string;
}

export interface HttpClient extends AsyncDisposable {
  /**
   * Sends the request once and reads the whole answer, whatever its status; redirects are not followed.
   * Throws `crm-unreachable` when nothing was written, and `crm-in-doubt` for everything that happened later.
   */
  send(request: HttpRequest): Promise<Answer>;
}

/**
 * How long a connection is kept without use, milliseconds. A request that is written while the server closes leaves its
 * call in doubt, so it has to be us who close: after four seconds, because servers wait for five and more (Node 5 s, AWS
 * 60 s, nginx 75 s); a server that names its own time gets two seconds less than that, but no more than a minute,
 * because routers on the way forget idle connections without a word.
 */
const KEEP_ALIVE = { unnamed: 4_000, longest: 60_000, margin: 2_000 } as const;

/** Bodies of HubSpot are a few kilobytes; a larger one is some gateway's mistake. */
const LARGEST_BODY = 4 * 1024 * 1024;

export function createHttpClient(settings: HttpSettings, clock: Pick<Clock, 'after'> = systemClock): HttpClient {
  const agent = new Agent({
    connections: settings.connections,
    // A POST must not stand in a pipeline behind another one that may fail.
    pipelining: 1,
    allowH2: false,
    connect: { timeout: settings.connect },
    keepAliveTimeout: KEEP_ALIVE.unnamed,
    keepAliveMaxTimeout: KEEP_ALIVE.longest,
    keepAliveTimeoutThreshold: KEEP_ALIVE.margin,
    // One timer bounds the whole: a server that trickles its body would keep a body time-out alive for ever.
    headersTimeout: 0,
    bodyTimeout: 0,
    maxResponseSize: LARGEST_BODY,
  });
  return {
    send: (request) => exchange(agent, request, settings.request, clock),
    [Symbol.asyncDispose]: () => agent.destroy(),
  };
}

/**
 * `dispatch` and not `request`, because it tells when a request goes on the wire: `onRequestStart` is called on an
 * established connection, right before the first byte. What failed earlier (name, connection, TLS, no free connection
 * in time) was certainly not taken, whatever its error code; what failed later may have been.
 */
function exchange(agent: Agent, request: HttpRequest, timeoutMs: number, clock: Pick<Clock, 'after'>): Promise<Answer> {
  return new Promise((resolve, reject) => {
    let wire: Dispatcher.DispatchController | undefined;
    let head: Omit<Answer, 'body'> = { status: 0, headers: {} };
    const body: Buffer[] = [];
    let isOver = false;

    const fail = (error: unknown) => {
      if (isOver) return;
      isOver = true;
      cancelTimer();
      reject(transportError(error, request.origin, wire !== undefined));
    };
    const cancelTimer = clock.after(timeoutMs, () => {
      const error = new Error(`no whole answer within ${timeoutMs} ms`);
      fail(error);
      wire?.abort(error);
    });

    const handler: Dispatcher.DispatchHandler = {
      onRequestStart(controller) {
        // The time-out has passed in the queue: an abort before the first byte keeps the request from being written.
        if (isOver) controller.abort(new Error('too late'));
        else wire = controller;
      },
      onResponseStart(_controller, status, headers) {
        head = { status, headers };
      },
      onResponseData(_controller, chunk) {
        body.push(chunk);
      },
      onResponseEnd() {
        if (isOver) return;
        isOver = true;
        cancelTimer();
        resolve({ ...head, body: Buffer.concat(body).toString() });
      },
      onResponseError: (_controller, error) => fail(error),
    };
    const { origin, path, method } = request;
    // Without the header a server may compress as it likes (RFC 9110, 12.5.3).
    const headers = { 'accept-encoding': 'identity', ...request.headers };
    agent.dispatch({ origin, path, method, headers, body: request.body ?? null }, handler);
  });
}

function transportError(error: unknown, origin: string, isWritten: boolean): CallmatchError {
  const text = `${origin}: ${messageOf(error)}`;
  return isWritten
    ? new CallmatchError('crm-in-doubt', `no answer from ${text}`, { cause: error })
    : new CallmatchError('crm-unreachable', `no connection to ${text}`, { cause: error });
}
