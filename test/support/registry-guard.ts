/** A proxy before a registry that asks for TLS with a client certificate, and for a password or a token. */

import type { CertificateAuthority } from './certificate-authority.ts';
import { received, startTlsServer, type TestServer } from './test-servers.ts';

export interface RegistryGuardSettings {
  /** Base URL of the registry itself. */
  readonly registryUrl: string;
  /** Whose certificates it has and accepts. */
  readonly authority: CertificateAuthority;
  /** Names in its certificate. */
  readonly hosts: readonly string[];
  /** Values of the header `authorization` that are let through; 401 for the others. */
  readonly allowed: readonly string[];
  /** Those who are known, but may do nothing: 403, with the header sent back, as some proxies do. */
  readonly forbidden: readonly string[];
}

export function startRegistryGuard(settings: RegistryGuardSettings): Promise<TestServer> {
  const { registryUrl, authority, hosts, allowed, forbidden } = settings;
  const tls = { ...authority.issue('registry', { hosts }), ca: authority.cert, requestCert: true };
  return startTlsServer(tls, async (incoming, response) => {
    const { method, path, headers, body } = await received(incoming);
    const { authorization = '' } = headers;
    if (forbidden.includes(authorization)) return response.writeHead(403).end(`not allowed: ${authorization}`);
    if (!allowed.includes(authorization))
      return response.writeHead(401).end('{"error_code":401,"message":"Unauthorized"}');
    const answer = await fetch(`${registryUrl}${path}`, {
      method,
      headers: { 'content-type': headers['content-type'] ?? '' },
      ...(body !== '' && { body }),
    });
    return response.writeHead(answer.status).end(await answer.text());
  });
}
