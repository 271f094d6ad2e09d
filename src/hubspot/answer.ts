/**
 * What an HTTP answer of HubSpot means. Pure: status, headers and body in, result or error out.
 * The one question that decides everything: does the answer prove that the call was *not* taken? Only then is it sent
 * again freely. Source: HubSpot error handling and usage guidelines.
 */
import { maskNumbersIn } from '../cdr/masked-text.ts';
import { CallmatchError, type ErrorCode, type HttpDetail } from '../errors.ts';
import { parseExactJson } from './exact-json.ts';
import { type CallerIdMatch, inboundCallResponse } from './inbound-call.ts';

/** An HTTP answer, read to its end. Header names in lower case. */
export interface Answer {
  readonly status: number;
  readonly headers: Readonly<Record<string, string | string[] | undefined>>;
  readonly body: string;
}

/** What HubSpot said to an accepted call. */
export interface Accepted {
  /** `unknown`: accepted, but the body is not the contract; it must not be sent again for that. */
  readonly matches: readonly CallerIdMatch[] | 'unknown';
}

/** Longest wait that a Retry-After may ask of a window limit; more is taken for a mistake of the server. */
const LONGEST_WINDOW_WAIT_MS = 600_000;
/** Longest wait that a busy server may ask of a portal: one wrong header of one gateway must not stop it for long. */
const LONGEST_BUSY_WAIT_MS = 10_000;
/** More seconds than these, after a limit of ten, are milliseconds. */
const MOST_SECONDS = 100;
/** Window of HubSpot's burst limit, when the answer names none. */
const DEFAULT_WINDOW_MS = 10_000;
/** A longer text of HubSpot says nothing more. */
const LONGEST_MESSAGE = 500;
/** Pause of a portal without a hint, and the longest one (an account move takes up to a day). */
const PORTAL_PAUSE_MS = 60_000;
const LONGEST_PORTAL_PAUSE_MS = 24 * 3_600_000;

/** Reads the answer to an inbound call. Throws a `CallmatchError` for everything but a 200. */
export function readInboundCallAnswer(answer: Answer, wallMs: number): Accepted {
  if (answer.status !== 200) throw readRefusal(answer, wallMs);
  try {
    return { matches: inboundCallResponse.parse(parseExactJson(answer.body)).callerIdMatches };
  } catch {
    return { matches: 'unknown' };
  }
}

/** The error that an answer other than 200 stands for. */
export function readRefusal(answer: Answer, wallMs: number): CallmatchError {
  const body = errorBody(answer.body);
  const http: HttpDetail = {
    status: answer.status,
    ...(body.category !== undefined && { category: body.category }),
    ...correlation(answer, body),
  };
  const code = codeOf(answer.status, body);
  const retryAfterMs = waitOf(code, answer, wallMs);
  return new CallmatchError(code, `HubSpot answered ${answer.status}${body.message ? `: ${body.message}` : ''}`, {
    http,
    ...(retryAfterMs !== undefined && { retryAfterMs }),
  });
}

function codeOf(status: number, body: ErrorBody): ErrorCode {
  if (status >= 300 && status < 400) return 'crm-redirected';
  switch (status) {
    case 401:
      return 'crm-unauthorized';
    case 403:
      return 'crm-forbidden';
    case 408:
      return 'crm-in-doubt';
    case 423:
      return 'crm-locked';
    case 429:
      return body.policy === 'DAILY' ? 'crm-daily-limit' : 'crm-throttled';
    case 477:
      return 'crm-moving';
  }
  if (status >= 400 && status < 500) return 'crm-rejected';
  // 502, 504 and 524 may have written, 503 is not documented, and a 2xx or 1xx other than 200 is no known answer.
  return 'crm-in-doubt';
}

function waitOf(code: ErrorCode, answer: Answer, wallMs: number): number | undefined {
  const asked = retryAfter(header(answer, 'retry-after'), wallMs);
  switch (code) {
    case 'crm-throttled': {
      const interval = Number(header(answer, 'x-hubspot-ratelimit-interval-milliseconds'));
      const window = interval > 0 ? interval : DEFAULT_WINDOW_MS;
      return Math.min(windowWait(answer, asked) ?? window, LONGEST_WINDOW_WAIT_MS);
    }
    case 'crm-in-doubt':
    case 'crm-locked':
      return asked === undefined ? undefined : Math.min(asked, LONGEST_BUSY_WAIT_MS);
    case 'crm-moving':
      return Math.min(asked ?? PORTAL_PAUSE_MS, LONGEST_PORTAL_PAUSE_MS);
    case 'crm-daily-limit':
      // Without a word the gate knows better: until midnight in the zone of the account.
      return asked === undefined ? undefined : Math.min(asked, LONGEST_PORTAL_PAUSE_MS);
    default:
      return asked === undefined ? undefined : Math.min(asked, LONGEST_WINDOW_WAIT_MS);
  }
}

/**
 * How long to wait for a window of seconds. A number too large for it is taken for milliseconds, as some servers send
 * them, but for no less than a window, in case it was seconds. Seen of third parties; HubSpot documents no Retry-After on 429.
 */
function windowWait(answer: Answer, asked: number | undefined): number | undefined {
  const isNumber = /^\s*\d/.test(header(answer, 'retry-after') ?? '');
  if (asked === undefined || !isNumber || asked <= MOST_SECONDS * 1000) return asked;
  return Math.max(asked / 1000, DEFAULT_WINDOW_MS);
}

/** `Retry-After` in milliseconds: seconds or an HTTP date. */
export function retryAfter(value: string | undefined, wallMs: number): number | undefined {
  if (value === undefined) return undefined;
  if (/^\d+(\.\d+)?$/.test(value.trim())) return Number(value) * 1000;
  // Date.parse takes almost any number for a year: only what names a month is a date.
  const date = /[a-z]{3}/i.test(value) ? Date.parse(value) : Number.NaN;
  return Number.isNaN(date) ? undefined : Math.max(0, date - wallMs);
}

interface ErrorBody {
  readonly message?: string;
  readonly category?: string;
  readonly policy?: string;
  readonly correlationId?: string;
}

/**
 * Gateways answer HTML or nothing, and real 429 bodies carry `errorType` instead of `category`: all is optional.
 * HubSpot quotes what it refuses: phone numbers in it are masked, because the message goes to logs and headers.
 */
function errorBody(text: string): ErrorBody {
  let parsed: unknown;
  try {
    parsed = JSON.parse(text);
  } catch {
    return {};
  }
  if (typeof parsed !== 'object' || parsed === null) return {};
  const fields = new Map<string, unknown>(Object.entries(parsed));
  const string = (...names: string[]) =>
    names.map((name) => fields.get(name)).find((value) => typeof value === 'string');
  const message = string('message');
  const category = string('category', 'errorType', 'error');
  const policy = string('policyName');
  const correlationId = string('correlationId', 'requestId');
  return {
    ...(message !== undefined && { message: maskNumbersIn(message.slice(0, LONGEST_MESSAGE)) }),
    ...(category !== undefined && { category }),
    ...(policy !== undefined && { policy }),
    ...(correlationId !== undefined && { correlationId }),
  };
}

function correlation(answer: Answer, body: ErrorBody): { correlationId?: string } {
  const id = body.correlationId ?? header(answer, 'x-hubspot-correlation-id');
  return id === undefined ? {} : { correlationId: id };
}

function header(answer: Answer, name: string): string | undefined {
  const value = answer.headers[name];
  return Array.isArray(value) ? value[0] : value;
}
