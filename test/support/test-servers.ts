/** Real servers on the loopback for tests of HTTP clients: a well-behaved one and one of bare sockets. */
import { createServer, type IncomingHttpHeaders, type RequestListener } from 'node:http';
import { createServer as createTlsServer } from 'node:https';
import { type AddressInfo, createServer as createSocketServer, type Server, type Socket } from 'node:net';
import { text } from 'node:stream/consumers';

export interface TestServer extends AsyncDisposable {
  readonly port: number;
  /** `http://127.0.0.1:port`, or with https. */
  readonly origin: string;
}

export interface ReceivedRequest {
  readonly method: string;
  readonly path: string;
  readonly headers: IncomingHttpHeaders;
  readonly body: string;
}

export function startHttpServer(onRequest: RequestListener, port = 0): Promise<TestServer> {
  return listen(createServer(onRequest), 'http', port);
}

/** Speaks TLS, with a certificate that only those trust who know it. */
export function startTlsServer(
  certificate: { key: string; cert: string },
  onRequest: RequestListener,
): Promise<TestServer> {
  return listen(createTlsServer(certificate, onRequest), 'https');
}

/** Bytes only: for servers that reset, fall silent or speak nonsense. */
export function startSocketServer(onConnection: (socket: Socket) => void, scheme = 'http'): Promise<TestServer> {
  return listen(createSocketServer(onConnection), scheme);
}

/** A port on which nobody listens. */
export async function refusedPort(): Promise<number> {
  await using server = await startSocketServer(() => {});
  return server.port;
}

/** Reads a request to its end. */
export async function received(request: Parameters<RequestListener>[0]): Promise<ReceivedRequest> {
  const { method = '', url = '', headers } = request;
  return { method, path: url, headers, body: await text(request) };
}

async function listen(server: Server, scheme: string, port = 0): Promise<TestServer> {
  const sockets = new Set<Socket>();
  server.on('connection', (socket: Socket) => {
    sockets.add(socket);
    socket.on('error', () => {});
    socket.on('close', () => sockets.delete(socket));
  });
  // A handshake that the client breaks off is what some tests are about.
  server.on('tlsClientError', () => {});
  await new Promise<void>((resolve, reject) => {
    server.once('error', reject);
    server.listen(port, '127.0.0.1', resolve);
  });
  // A server that listens on a port has an address of this shape.
  const bound = (server.address() as AddressInfo).port;
  return {
    port: bound,
    origin: `${scheme}://127.0.0.1:${bound}`,
    async [Symbol.asyncDispose]() {
      for (const socket of sockets) socket.destroy();
      await new Promise((resolve) => server.close(resolve));
    },
  };
}
