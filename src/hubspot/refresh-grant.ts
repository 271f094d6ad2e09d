/**
 * The refresh grant: one request to HubSpot's token endpoint, and what its answer means. No retry here, and no state.
 * Sources: RFC 6749, section 6; HubSpot's OAuth OpenAPI files, v1 to 2026-09.
 */
import { z } from 'zod';
import type { Clock } from '../clock.ts';
import { CallmatchError, type ErrorCode, messageOf } from '../errors.ts';
import { maskText } from '../ops/masking.ts';
import { type Answer, retryAfter } from './answer.ts';
import type { HttpClient } from './client.ts';

export interface OAuthSettings {
  /** Origin of the token endpoint. */
  readonly baseUrl: string;
  /** Version segment of its path. v1 does not tell to which account a token belongs. */
  readonly version: '2026-03' | '2026-09' | 'v3' | 'v1';
  readonly clientId: string;
  readonly clientSecret: string;
}

/** What a refresh token was good for. */
export interface Grant {
  readonly accessToken: string;
  /** The one to use next; HubSpot may give a new one each time. */
  readonly refreshToken: string;
  /** Milliseconds from some moment between request and answer; above zero. */
  readonly lifetime: number;
  /** The account that the token belongs to, where the endpoint tells. */
  readonly hubId: number | undefined;
}

/**
 * Trades a refresh token for an access token. Throws `token-unavailable` when it may be asked again as it is (no answer,
 * 408, 423, 429, 477, 5xx, or a 200 that is not the contract), `token-refused` when it may not, and `crm-redirected`.
 */
export type RefreshGrant = (refreshToken: string) => Promise<Grant>;

/** Longest wait that a Retry-After may ask for; more is taken for a mistake of the server. */
const LONGEST_WAIT_MS = 600_000;
/** A longer text of HubSpot says nothing more. */
const LONGEST_REASON = 300;
/** Statuses below 500 that do not speak of the grant: time-out, lock, rate limit, account on the move. */
const PASSING: ReadonlySet<number> = new Set([408, 423, 429, 477]);

const tokenResponse = z.looseObject({
  // It becomes a header: whatever cannot stand in one is no token.
  access_token: z.string().regex(/^[\x21-\x7e]+$/),
  refresh_token: z.string().min(1).nullish(),
  expires_in: z.coerce.number().positive(),
  hub_id: z.int().nullish(),
});

export function createRefreshGrant(
  settings: OAuthSettings,
  client: HttpClient,
  clock: Pick<Clock, 'wall'>,
): RefreshGrant {
  const { baseUrl: origin, clientId, clientSecret } = settings;
  const path = `/oauth/${settings.version}/token`;
  const headers = { 'content-type': 'application/x-www-form-urlencoded', accept: 'application/json' };

  return async (refreshToken) => {
    // In the body only: a query ends up in logs.
    const body = new URLSearchParams({
      grant_type: 'refresh_token',
      client_id: clientId,
      client_secret: clientSecret,
      refresh_token: refreshToken,
    }).toString();
    const answer = await client.send({ method: 'POST', origin, path, headers, body }).catch(unanswered);
    if (answer.status === 200) return readGrant(answer, refreshToken);
    throw readRefusal(answer, clock.wall(), [clientSecret, refreshToken]);
  };
}

/** The request may have been taken, but another one does no harm. */
function unanswered(error: unknown): never {
  throw new CallmatchError('token-unavailable', `token endpoint: ${messageOf(error)}`, { cause: error });
}

function readGrant({ body }: Answer, used: string): Grant {
  const read = tokenResponse.safeParse(objectOf(body));
  // Neither the body nor what is wrong with it is shown: both may hold a token.
  if (!read.success)
    throw new CallmatchError('token-unavailable', 'the answer of the token endpoint is not the contract');
  const { access_token: accessToken, refresh_token: refreshToken, expires_in: seconds, hub_id: hubId } = read.data;
  return { accessToken, refreshToken: refreshToken ?? used, lifetime: seconds * 1000, hubId: hubId ?? undefined };
}

/** A refusal carries HubSpot's `status` and `message`, and since 2026 also RFC 6749's `error`; all is optional. */
function readRefusal(answer: Answer, wallMs: number, secrets: readonly string[]): CallmatchError {
  const { status, headers } = answer;
  const fields = objectOf(answer.body);
  const text = (name: string) => (typeof fields[name] === 'string' ? fields[name] : undefined);
  const said = [text('status'), text('error'), text('message') ?? text('error_description')].filter(
    (part) => part !== undefined,
  );
  const reason = masked(said.join(', '), secrets).slice(0, LONGEST_REASON);
  const header = headers['retry-after'];
  const asked = retryAfter(Array.isArray(header) ? header[0] : header, wallMs);
  const category = text('status') ?? text('error');
  const correlationId = text('correlationId');
  return new CallmatchError(codeOf(status), `the token endpoint answered ${status}${reason && `: ${reason}`}`, {
    http: {
      status,
      ...(category !== undefined && { category }),
      ...(correlationId !== undefined && { correlationId }),
    },
    ...(asked !== undefined && { retryAfterMs: Math.min(asked, LONGEST_WAIT_MS) }),
  });
}

function codeOf(status: number): ErrorCode {
  if (status >= 300 && status < 400) return 'crm-redirected';
  return status >= 400 && status < 500 && !PASSING.has(status) ? 'token-refused' : 'token-unavailable';
}

/** As they are, and as they stand in a form. */
function masked(text: string, secrets: readonly string[]): string {
  return maskText(text, [...secrets, ...secrets.map(encodeURIComponent)]);
}

function objectOf(body: string): Record<string, unknown> {
  try {
    const value: unknown = JSON.parse(body);
    return typeof value === 'object' && value !== null ? { ...value } : {};
  } catch {
    return {};
  }
}
