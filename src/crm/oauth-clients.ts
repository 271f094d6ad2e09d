import type { Portal } from './portal.ts';
import type { SeedPortal } from './seed-portal.ts';

/** An installation of an app in a portal: what a refresh token stands for. */
export interface Installation {
  readonly portal: Portal;
  readonly clientId: string;
  readonly refreshToken: string;
  readonly scopes: readonly string[];
  readonly tokenLifetimeMs: number;
}

/** The apps that may ask for tokens, and where they are installed. */
export class OAuthClients {
  readonly #secrets = new Map<string, string>();
  readonly #installations = new Map<string, Installation>();

  /** @param lifetimeMs lifetime of every access token, whatever the seed says. */
  seed(portal: Portal, { oauth, scopes }: Pick<SeedPortal, 'oauth' | 'scopes'>, lifetimeMs?: number): void {
    for (const { clientId, clientSecret, refreshToken, tokenLifetime } of oauth) {
      this.#secrets.set(clientId, clientSecret);
      const tokenLifetimeMs = lifetimeMs ?? tokenLifetime;
      this.#installations.set(refreshToken, { portal, clientId, refreshToken, scopes, tokenLifetimeMs });
    }
  }

  secretOf(clientId: string): string | undefined {
    return this.#secrets.get(clientId);
  }

  /** The installation of a refresh token, if it belongs to the client. */
  installation(clientId: string, refreshToken: string): Installation | undefined {
    const installation = this.#installations.get(refreshToken);
    return installation?.clientId === clientId ? installation : undefined;
  }
}
