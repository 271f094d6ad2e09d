/** Where the portals' access tokens come from, by their settings. */
import pLimit from 'p-limit';
import type { Clock } from './clock.ts';
import type { PortalConfig } from './config/schema.ts';
import { staticToken, type TokenSource } from './hubspot/auth.ts';
import type { HttpClient } from './hubspot/client.ts';
import { createRefreshGrant } from './hubspot/refresh-grant.ts';
import { fileStore, memoryStore, type StoreEvents } from './hubspot/refresh-token-store.ts';
import { createRefreshedToken, type TokenEvents } from './hubspot/refreshed-token.ts';

/**
 * Token requests on the wire at a time, of all portals together: a process with thousands of portals must not meet the
 * token endpoint with thousands of requests at its start. They are not among the slots of the calls.
 */
export const TOKEN_REQUESTS = 16;

/** Disposing waits for tokens that are being refreshed. */
export interface PortalTokens extends AsyncDisposable {
  of(name: string, settings: PortalConfig): TokenSource;
}

/** @param eventsOf for logs and metrics, of a portal */
export function createPortalTokens(
  client: HttpClient,
  clock: Clock,
  eventsOf: (portal: string) => StoreEvents & TokenEvents,
): PortalTokens {
  const slots = pLimit(TOKEN_REQUESTS);
  const closing = new AsyncDisposableStack();
  return {
    of(name, { baseUrl, hubId, token, oauth }) {
      if (oauth === undefined) return staticToken(token ?? '');
      const events = eventsOf(name);
      const { refreshToken, refreshTokenFile } = oauth;
      const store =
        refreshTokenFile === undefined
          ? memoryStore(refreshToken ?? '', events)
          : fileStore(refreshTokenFile, clock, events);
      const trade = createRefreshGrant({ ...oauth, baseUrl: oauth.baseUrl ?? baseUrl }, client, clock);
      const grant = (refreshing: string) => slots(() => trade(refreshing));
      return closing.use(createRefreshedToken(hubId, { grant, store, clock, random: Math.random, events }));
    },
    [Symbol.asyncDispose]: () => closing.disposeAsync(),
  };
}
