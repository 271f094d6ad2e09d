import { randomBytes } from 'node:crypto';
import { type Answer, errorAnswer } from './answer.ts';
import type { Portal } from './portal.ts';
import type { SeedPortal } from './seed-portal.ts';

/** What a bearer token stands for. */
export interface Grant {
  readonly portal: Portal;
  readonly scopes: readonly string[];
  /** `static`: private app or service key. `oauth`: made by the token endpoint; these see no daily headers. */
  readonly kind: 'static' | 'oauth';
  /** Milliseconds since the epoch; infinite for a static token. */
  readonly expiresAt: number;
}

/** Why a request may not go on, and whose it is where its token is known. */
export interface Refusal {
  readonly refusal: Answer;
  readonly portal?: Portal;
}

/** An expired token is still told from an unknown one for this long. */
const REMEMBER_EXPIRED_MS = 3_600_000;

/** HubSpot's tokens vary in length, and 300 characters are to be expected; these are long to find those who cap them. */
const ACCESS_TOKEN_BYTES = 192;

const BEARER = /^bearer +(\S+)$/i;

const notAuthenticated = (): Answer =>
  errorAnswer(401, {
    message: 'Authentication credentials not found. Send a known access token as bearer.',
    category: 'INVALID_AUTHENTICATION',
  });

function expired(grant: Grant, now: number): Answer {
  const minutes = Math.floor((now - grant.expiresAt) / 60_000);
  return errorAnswer(401, {
    message: `The OAuth token used to make this call expired ${minutes} minute(s) ago.`,
    category: 'EXPIRED_AUTHENTICATION',
    context: { 'expire time': [new Date(grant.expiresAt).toISOString()] },
  });
}

const banned = (): Answer =>
  errorAnswer(403, { message: 'The app is not allowed in this account.', category: 'BANNED' });

function missingScopes(anyOf: readonly string[]): Answer {
  return errorAnswer(403, {
    message: 'The app has not been granted a scope that this call needs.',
    category: 'MISSING_SCOPES',
    errors: [{ message: 'One of the following scopes is needed.', context: { requiredGranularScopes: anyOf } }],
  });
}

/** Every token that the simulated CRM accepts, or did. */
export class Tokens {
  readonly #static = new Map<string, Grant>();
  /** In the order of issue, which is nearly that of expiry. */
  readonly #issued = new Map<string, Grant>();

  /** Accepts a portal's static tokens from now on. */
  seed(portal: Portal, { tokens, scopes }: Pick<SeedPortal, 'tokens' | 'scopes'>): void {
    for (const each of tokens) {
      const grant: Grant = {
        portal,
        scopes: each.scopes ?? scopes,
        kind: 'static',
        expiresAt: Number.POSITIVE_INFINITY,
      };
      this.#static.set(each.token, grant);
    }
  }

  /** Makes an access token. */
  issue(portal: Portal, scopes: readonly string[], lifetimeMs: number, now: number): string {
    for (const [token, { expiresAt }] of this.#issued) {
      if (now - expiresAt < REMEMBER_EXPIRED_MS) break;
      this.#issued.delete(token);
    }
    const token = randomBytes(ACCESS_TOKEN_BYTES).toString('base64url');
    this.#issued.set(token, { portal, scopes, kind: 'oauth', expiresAt: now + lifetimeMs });
    return token;
  }

  /** Forgets the tokens that were issued; static ones stay. */
  clear(): void {
    this.#issued.clear();
  }

  /**
   * Who sends a request, or why it is refused.
   * @param anyOf scopes of which the token must have one.
   */
  authenticate(authorization: string | undefined, anyOf: readonly string[], now: number): Grant | Refusal {
    const token = BEARER.exec(authorization ?? '')?.[1] ?? '';
    const grant = this.#static.get(token) ?? this.#issued.get(token);
    if (!grant) return { refusal: notAuthenticated() };
    const { portal } = grant;
    if (portal.state === 'gone') return { refusal: notAuthenticated(), portal };
    if (now >= grant.expiresAt) return { refusal: expired(grant, now), portal };
    if (portal.state === 'banned') return { refusal: banned(), portal };
    if (!anyOf.some((scope) => grant.scopes.includes(scope))) return { refusal: missingScopes(anyOf), portal };
    return grant;
  }
}
