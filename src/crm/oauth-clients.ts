import { randomBytes } from 'node:crypto';
import type { Portal } from './portal.ts';
import type { SeedPortal } from './seed-portal.ts';

/** An installation of an app in a portal: what a refresh token stands for. */
export interface Installation {
  readonly portal: Portal;
  readonly clientId: string;
  readonly scopes: readonly string[];
  readonly tokenLifetimeMs: number;
  readonly rotates: boolean;
}

const REFRESH_TOKEN_BYTES = 24;

/** The apps that may ask for tokens, and where they are installed. */
export class OAuthClients {
  readonly #secrets = new Map<string, string>();
  /** Those of the seed, by their refresh tokens. */
  readonly #seeded = new Map<string, Installation>();
  /** Refresh tokens that are good now: one of each installation, and the one before it until that one is used. */
  #good = new Map<string, Installation>();

  /** @param lifetimeMs lifetime of every access token, whatever the seed says. */
  seed(portal: Portal, { oauth, scopes }: Pick<SeedPortal, 'oauth' | 'scopes'>, lifetimeMs?: number): void {
    for (const { clientId, clientSecret, refreshToken, tokenLifetime, rotate } of oauth) {
      this.#secrets.set(clientId, clientSecret);
      const tokenLifetimeMs = lifetimeMs ?? tokenLifetime;
      this.#seeded.set(refreshToken, { portal, clientId, scopes, tokenLifetimeMs, rotates: rotate });
    }
    this.clear();
  }

  secretOf(clientId: string): string | undefined {
    return this.#secrets.get(clientId);
  }

  /** The installation of a refresh token, if it is good and belongs to the client. */
  installation(clientId: string, refreshToken: string): Installation | undefined {
    const installation = this.#good.get(refreshToken);
    return installation?.clientId === clientId ? installation : undefined;
  }

  /** A good refresh token is used: the one that the answer gives. */
  use(refreshToken: string): string {
    const installation = this.#good.get(refreshToken);
    if (!installation?.rotates) return refreshToken;
    // Its successor has arrived where it is used: every other one of the installation is over.
    for (const [token, other] of this.#good) {
      if (other === installation && token !== refreshToken) this.#good.delete(token);
    }
    const next = randomBytes(REFRESH_TOKEN_BYTES).toString('base64url');
    this.#good.set(next, installation);
    return next;
  }

  /** Back to the refresh tokens of the seed. */
  clear(): void {
    this.#good = new Map(this.#seeded);
  }
}
