/** Probes, metrics and status over HTTP. Reads the parts' own states; changes nothing. */
import { createServer, type Server, type ServerResponse } from 'node:http';
import { CallmatchError, messageOf } from '../errors.ts';

export interface Probes {
  /** False only when a restart is the cure. */
  readonly isAlive: () => boolean;
  /** Why the instance is not ready; empty when it is. */
  readonly notReady: () => readonly string[];
  readonly metrics: () => Promise<string>;
  readonly status: () => unknown;
}

export interface OpsServer extends AsyncDisposable {
  /** The port listened on, also when 0 was asked for. */
  readonly port: number;
}

/** Throws `address-unavailable`. */
export async function startOpsServer(address: { host: string; port: number }, probes: Probes): Promise<OpsServer> {
  const routes: Record<string, (response: ServerResponse) => Promise<void> | void> = {
    '/live': (response) => (probes.isAlive() ? text(response, 200, 'alive') : text(response, 503, 'failed')),
    '/ready': (response) => {
      const reasons = probes.notReady();
      text(response, reasons.length === 0 ? 200 : 503, reasons.length === 0 ? 'ready' : reasons.join('\n'));
    },
    '/metrics': async (response) => {
      response.setHeader('content-type', 'text/plain; version=0.0.4; charset=utf-8');
      response.end(await probes.metrics());
    },
    '/status': (response) => {
      response.setHeader('content-type', 'application/json');
      response.end(JSON.stringify(probes.status()));
    },
  };
  const server = createServer(async (request, response) => {
    const route = routes[request.url?.split('?')[0] ?? ''];
    if (route === undefined) return text(response, 404, 'one of /live, /ready, /metrics, /status');
    if (request.method !== 'GET' && request.method !== 'HEAD') return text(response, 405, 'GET only');
    try {
      await route(response);
    } catch {
      text(response, 500, 'failed');
    }
  });
  await listen(server, address);
  const bound = server.address();
  return {
    port: typeof bound === 'object' && bound !== null ? bound.port : address.port,
    async [Symbol.asyncDispose]() {
      server.closeAllConnections();
      await new Promise((resolve) => server.close(resolve));
    },
  };
}

function text(response: ServerResponse, status: number, body: string): void {
  response.writeHead(status, { 'content-type': 'text/plain; charset=utf-8' }).end(`${body}\n`);
}

function listen(server: Server, { host, port }: { host: string; port: number }): Promise<void> {
  return new Promise((resolve, reject) => {
    server.once('error', (error) => {
      const message = `cannot listen on ${host} port ${port}: ${messageOf(error)}`;
      reject(new CallmatchError('address-unavailable', message, { cause: error }));
    });
    server.listen(port, host, () => resolve());
  });
}
