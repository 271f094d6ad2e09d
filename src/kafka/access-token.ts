/** Access tokens by the client-credentials grant (RFC 6749, section 4.4). */
import kafkajs from 'kafkajs';
import { type Clock, systemClock } from '../clock.ts';
import { messageOf } from '../errors.ts';
import { maskText } from '../ops/masking.ts';

// Not by name: Node does not find these exports of the CommonJS module.
const { KafkaJSConnectionError, KafkaJSNonRetriableError } = kafkajs;

export interface ClientCredentials {
  readonly tokenUrl: string;
  readonly clientId: string;
  readonly clientSecret: string;
  readonly scope?: string | undefined;
}

/**
 * Throws what kafkajs understands: `KafkaJSConnectionError`, after which it tries again, when there is no answer at the
 * moment, and `KafkaJSNonRetriableError` when the credentials are refused.
 */
export interface AccessTokens {
  /**
   * The current token, or a new one when that comes close to its end. Whoever asks while a request is on its way waits
   * for the same answer.
   */
  get(): Promise<string>;
  /** A broker refuses this token: it is not handed out again. */
  forget(value: string): void;
}

interface Token {
  readonly value: string;
  /** Reading of the clock from which on it is no longer handed out. */
  readonly until: number;
}

/**
 * A token is handed out until this long before its end. It must stay above the 10 s before the end of a session at
 * which kafkajs authenticates anew: with the same token again it would do so before every request.
 */
const MARGIN_MS = 60_000;
const TIMEOUT_MS = 10_000;
const LONGEST_REASON = 300;

export function createAccessTokens(
  credentials: ClientCredentials,
  clock: Pick<Clock, 'now' | 'after'> = systemClock,
): AccessTokens {
  let token: Token | undefined;
  let request: Promise<Token> | undefined;

  const renew = async () => {
    try {
      token = await requestToken(credentials, clock);
      return token;
    } finally {
      request = undefined;
    }
  };

  return {
    async get() {
      if (token !== undefined && token.until > clock.now()) return token.value;
      request ??= renew();
      return (await request).value;
    },
    forget(value) {
      if (token?.value === value) token = undefined;
    },
  };
}

async function requestToken(credentials: ClientCredentials, clock: Pick<Clock, 'now' | 'after'>): Promise<Token> {
  // From before the request: the life of the token begins somewhere in between.
  const askedAt = clock.now();
  const { response, body } = await exchange(credentials, clock);
  const { access_token: value, expires_in: seconds } = objectOf(body);
  if (response.ok && typeof value === 'string' && value !== '') {
    // Without a life it serves one connection, which is never wrong.
    return { value, until: askedAt + Math.max(0, (Number(seconds) || 0) * 1000 - MARGIN_MS) };
  }
  const message = `kafka.sasl.tokenUrl answered ${response.status}${reasonOf(body, credentials.clientSecret)}`;
  if (response.status >= 500 || response.status === 429) throw new KafkaJSConnectionError(message);
  throw new KafkaJSNonRetriableError(response.ok ? `${message} without a token` : message);
}

async function exchange({ tokenUrl, clientId, clientSecret, scope }: ClientCredentials, clock: Pick<Clock, 'after'>) {
  const timeout = new AbortController();
  const cancel = clock.after(TIMEOUT_MS, () => timeout.abort(new Error(`no answer within ${TIMEOUT_MS} ms`)));
  try {
    const response = await fetch(tokenUrl, {
      method: 'POST',
      // The one form that every server must take (section 2.3.1).
      headers: { authorization: basicAuthorization(clientId, clientSecret), accept: 'application/json' },
      body: new URLSearchParams({ grant_type: 'client_credentials', ...(scope !== undefined && { scope }) }),
      // The secret goes to the configured address only.
      redirect: 'error',
      signal: timeout.signal,
    });
    return { response, body: await response.text() };
  } catch (error) {
    // fetch says only "fetch failed"; what failed is its cause.
    const reason = error instanceof Error && error.cause !== undefined ? error.cause : error;
    throw new KafkaJSConnectionError(`kafka.sasl.tokenUrl: ${messageOf(reason)}`);
  } finally {
    cancel();
  }
}

/** Both parts are form-encoded first, so that a colon in the id does no harm. */
function basicAuthorization(clientId: string, clientSecret: string): string {
  const encoded = [clientId, clientSecret].map((part) => new URLSearchParams({ '': part }).toString().slice(1));
  return `Basic ${Buffer.from(encoded.join(':')).toString('base64')}`;
}

function objectOf(body: string): Record<string, unknown> {
  try {
    const value: unknown = JSON.parse(body);
    return typeof value === 'object' && value !== null ? { ...value } : {};
  } catch {
    return {};
  }
}

/** `: invalid_client, unknown client`: what a refusal says (section 5.2), or nothing. */
function reasonOf(body: string, clientSecret: string): string {
  const { error, error_description: description } = objectOf(body);
  const said = [error, description].filter((part) => typeof part === 'string').join(', ');
  return said === '' ? '' : `: ${maskText(said, [clientSecret]).slice(0, LONGEST_REASON)}`;
}
