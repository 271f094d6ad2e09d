/** Where a portal's bearer token comes from, behind one function. */

export interface TokenSource {
  /** The token for the next request. Never logged. */
  token(): Promise<string> | string;
  /**
   * HubSpot answered 401 to `rejected`. True when another token may do better, so that one more try is worth it.
   * A static token has no other.
   */
  refresh(rejected: string): Promise<boolean>;
}

/** A private app's or service key's token, which never changes. */
export function staticToken(token: string): TokenSource {
  return { token: () => token, refresh: () => Promise.resolve(false) };
}
