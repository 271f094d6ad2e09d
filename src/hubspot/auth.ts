/** Where a portal's bearer token comes from, behind one interface. */

export interface TokenSource {
  /** The token for a request that goes on the wire this moment; undefined while there is no good one. Never logged. */
  token(): string | undefined;
  /**
   * Waits until there is a good token, which may take as long as the token endpoint is in trouble. Rejects with a
   * `CallmatchError` of fate `pause-portal` when there can be none, and with the signal's reason when it aborts.
   */
  ready(signal: AbortSignal): Promise<void>;
  /**
   * HubSpot answered 401 to this token. True when another one may do better, so that one more try is worth it.
   * A static token has no other.
   */
  reject(token: string): boolean;
}

/** A private app's or service key's token, which never changes. */
export function staticToken(token: string): TokenSource {
  return { token: () => token, ready: () => Promise.resolve(), reject: () => false };
}
