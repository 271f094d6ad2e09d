/** `POST /oauth/{version}/token`: the refresh grant. Parameters count in the form body only, never in the query. */
import { randomUUID } from 'node:crypto';
import { type Answer, jsonAnswer } from './answer.ts';
import type { OpenEndpoint, Prepared, Visit } from './endpoint.ts';
import type { Installation } from './oauth-clients.ts';

const PATH = /^\/oauth\/(v1|v3|\d{4}-(?:03|09))\/token$/;

/** An error with RFC 6749's fields beside HubSpot's own, as both have since 2026. */
function oauthError(httpStatus: number, status: string, error: string, message: string): Answer {
  const correlationId = randomUUID();
  const body = { status, message, correlationId, category: 'VALIDATION_ERROR', error, error_description: message };
  return jsonAnswer(httpStatus, JSON.stringify(body), correlationId);
}

function issue({ crm, now, url }: Visit, installation: Installation, refreshToken: string): Answer {
  const { portal, scopes, tokenLifetimeMs } = installation;
  if (portal.state === 'gone') {
    // Only the fields are known, not the HTTP status: 400 is a choice.
    return oauthError(400, 'BAD_HUB', 'access_denied', 'The account is deleted, or the app is disconnected from it.');
  }
  const isVersion1 = PATH.exec(url.split('?', 1)[0] ?? '')?.[1] === 'v1';
  const body = {
    token_type: 'bearer',
    token_use: 'access_token',
    access_token: crm.tokens.issue(portal, scopes, tokenLifetimeMs, now),
    refresh_token: crm.oauthClients.use(refreshToken),
    expires_in: Math.floor(tokenLifetimeMs / 1000),
    // Only later versions say to which account the token belongs.
    ...(isVersion1 ? {} : { hub_id: portal.hubId, scopes }),
  };
  return jsonAnswer(200, JSON.stringify(body));
}

function prepare(visit: Visit): Prepared {
  const form = new URLSearchParams(visit.body);
  const clientId = form.get('client_id') ?? '';
  const refreshToken = form.get('refresh_token') ?? '';
  const secret = visit.crm.oauthClients.secretOf(clientId);
  const installation = visit.crm.oauthClients.installation(clientId, refreshToken);
  const act = (): Answer => {
    if (form.get('grant_type') !== 'refresh_token') {
      const message = 'The simulator knows grant_type refresh_token only, in the body.';
      return oauthError(400, 'BAD_GRANT_TYPE', 'unsupported_grant_type', message);
    }
    if (secret === undefined) return oauthError(400, 'BAD_CLIENT_ID', 'invalid_client', 'missing or unknown client id');
    if (form.get('client_secret') !== secret) {
      return oauthError(400, 'BAD_CLIENT_SECRET', 'invalid_client', 'missing or invalid client secret');
    }
    if (!installation) {
      return oauthError(400, 'BAD_REFRESH_TOKEN', 'invalid_grant', 'missing or invalid refresh token');
    }
    return issue(visit, installation, refreshToken);
  };
  return { portal: installation?.portal, act };
}

export const token: OpenEndpoint = {
  name: 'token',
  method: 'POST',
  path: PATH,
  contentType: 'application/x-www-form-urlencoded',
  quota: 'none',
  prepare,
};
