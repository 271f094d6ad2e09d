/** An OAuth server for the client-credentials grant, whose tokens are JSON Web Tokens without a signature (RFC 7519). */
import { received, startHttpServer } from './test-servers.ts';

export interface TokenEndpoint extends AsyncDisposable {
  readonly url: string;
  /** Tokens handed out so far. */
  issued: number;
  /** Seconds that a token lives; below zero for one that is over already. */
  lifetime: number;
  /** Answers 503 while it is true. */
  isDown: boolean;
}

/** Gives tokens to this client only, with its id as their subject. */
export async function startTokenEndpoint(client: { id: string; secret: string }): Promise<TokenEndpoint> {
  const authorization = `Basic ${Buffer.from(`${client.id}:${client.secret}`).toString('base64')}`;
  const server = await startHttpServer(async (incoming, response) => {
    const { headers, body } = await received(incoming);
    const answer = (status: number, content: object) => response.writeHead(status).end(JSON.stringify(content));
    if (endpoint.isDown) return answer(503, {});
    if (headers.authorization !== authorization) return answer(401, { error: 'invalid_client' });
    if (new URLSearchParams(body).get('grant_type') !== 'client_credentials')
      return answer(400, { error: 'unsupported_grant_type' });
    endpoint.issued += 1;
    const { lifetime } = endpoint;
    const now = Date.now() / 1000;
    const token = unsignedToken({ sub: client.id, iat: now, exp: now + lifetime });
    return answer(200, { access_token: token, token_type: 'Bearer', expires_in: lifetime });
  });
  const endpoint: TokenEndpoint = {
    url: `${server.origin}/token`,
    issued: 0,
    lifetime: 3_600,
    isDown: false,
    [Symbol.asyncDispose]: () => server[Symbol.asyncDispose](),
  };
  return endpoint;
}

function unsignedToken(claims: object): string {
  const part = (value: object) => Buffer.from(JSON.stringify(value)).toString('base64url');
  return `${part({ alg: 'none' })}.${part(claims)}.`;
}
