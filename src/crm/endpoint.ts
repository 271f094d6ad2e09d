import type { Answer } from './answer.ts';
import type { Clock } from './clock.ts';
import type { Directory } from './directory.ts';
import type { Engagements } from './engagements.ts';
import type { OAuthClients } from './oauth-clients.ts';
import type { Portal } from './portal.ts';
import type { SeedOwner } from './seed-record.ts';
import type { Tokens } from './tokens.ts';

/** The part of the simulated CRM that endpoints read and change. */
export interface CrmState {
  readonly clock: Clock;
  readonly directory: Directory;
  readonly engagements: Engagements;
  readonly owners: readonly SeedOwner[];
  readonly tokens: Tokens;
  readonly oauthClients: OAuthClients;
  /** How long an engagement stays hidden from the search after it was made, in milliseconds. */
  readonly searchLagMs: number;
}

/** A request that has passed authentication and quota, with its body. */
export interface Visit {
  readonly crm: CrmState;
  /** When its body was complete, in milliseconds since the epoch. */
  readonly now: number;
  /** The path with the query. */
  readonly url: string;
  readonly body: string;
}

/**
 * A request that has been read. Reading and acting are apart so that a scripted fault can choose by what is in
 * the body, and come before the act (nothing written) or after it (written, and the client does not learn it).
 */
export interface Prepared {
  /** Undefined where the request does not tell. */
  readonly portal?: Portal | undefined;
  /** The caller's number. */
  readonly number?: string | undefined;
  readonly externalCallId?: string | undefined;
  /** Does what was asked, once. */
  act(): Answer;
}

interface EndpointShape {
  readonly method: 'GET' | 'POST';
  /** Matches the path without the query. */
  readonly path: RegExp;
  readonly contentType?: 'application/json' | 'application/x-www-form-urlencoded';
}

/** An endpoint that needs a bearer token and takes from a quota of the token's portal. */
export interface PortalEndpoint extends EndpointShape {
  readonly name: 'inbound-call' | 'call-search' | 'owners';
  /** Scopes of which the token must have one. */
  readonly anyOfScopes: readonly string[];
  /** Search has a quota of its own, and tells nothing about it in headers. */
  readonly quota: 'portal' | 'search';
  prepare(visit: Visit, portal: Portal): Prepared;
}

/** An endpoint that anyone may ask. */
export interface OpenEndpoint extends EndpointShape {
  readonly name: 'token';
  readonly quota: 'none';
  prepare(visit: Visit): Prepared;
}

export type Endpoint = PortalEndpoint | OpenEndpoint;
export type EndpointName = Endpoint['name'];
