/** Which connections are made, how long they are kept, and what is asked of the server on them. */
import { once } from 'node:events';
import type { Socket } from 'node:net';
import { afterEach, describe, expect, it, vi } from 'vitest';
import { createHttpClient } from '../../../src/hubspot/client.ts';
import { ManualClock } from '../../support/manual-clock.ts';
import {
  type ReceivedRequest,
  received,
  refusedPort,
  startHttpServer,
  startSocketServer,
} from '../../support/test-servers.ts';

const setUp = () => createHttpClient({ connect: 2_000, request: 4_000, connections: 1 }, new ManualClock());
const post = (client: ReturnType<typeof setUp>, origin: string) =>
  client.send({ method: 'POST', origin, path: '/calls', headers: {}, body: '{}' });

afterEach(() => void vi.unstubAllEnvs());

describe('a connection', () => {
  it('to a name that does not exist is refused for certain', async () => {
    await using client = setUp();
    // Reserved by RFC 2606: no resolver knows it.
    await expect(post(client, 'http://callmatch.invalid')).rejects.toMatchObject({ code: 'crm-unreachable' });
  });

  it('goes to the server itself, whatever proxy the environment names', async () => {
    const proxy = `http://127.0.0.1:${await refusedPort()}`;
    for (const name of ['HTTP_PROXY', 'http_proxy', 'HTTPS_PROXY', 'ALL_PROXY']) vi.stubEnv(name, proxy);
    vi.stubEnv('NODE_USE_ENV_PROXY', '1');
    await using server = await startHttpServer((_request, response) => void response.end());
    await using client = setUp();
    expect((await post(client, server.origin)).status).toBe(200);
  });

  it('asks for no compression, which a server is free to use otherwise', async () => {
    const requests: ReceivedRequest[] = [];
    await using server = await startHttpServer(async (request, response) => {
      requests.push(await received(request));
      response.end();
    });
    await using client = setUp();
    await post(client, server.origin);
    expect(requests[0]?.headers).toMatchObject({ 'accept-encoding': 'identity' });
  });

  it.each([204, 304])('is of use after a %i, which has no body', async (status) => {
    await using server = await startHttpServer((_request, response) => void response.writeHead(status).end());
    await using client = setUp();
    expect([await post(client, server.origin), await post(client, server.origin)]).toMatchObject([
      { status, body: '' },
      { status, body: '' },
    ]);
  });

  it('gives a header that comes twice as a list', async () => {
    await using server = await startSocketServer((socket) => {
      socket.once('data', () =>
        socket.write('HTTP/1.1 503 Busy\r\nretry-after: 2\r\nRetry-After: 9\r\ncontent-length: 0\r\n\r\n'),
      );
    });
    await using client = setUp();
    expect((await post(client, server.origin)).headers).toMatchObject({ 'retry-after': ['2', '9'] });
  });

  it('is closed by us, two seconds before the server said that it would', async () => {
    const connected = Promise.withResolvers<Socket>();
    await using server = await startSocketServer((socket) => {
      connected.resolve(socket);
      socket.once('data', () =>
        socket.write('HTTP/1.1 200 OK\r\nkeep-alive: timeout=3\r\ncontent-length: 2\r\n\r\n{}'),
      );
    });
    await using client = setUp();
    await post(client, server.origin);
    const answered = performance.now();
    await once(await connected.promise, 'end');
    expect(performance.now() - answered).toBeLessThan(2_000);
  });
});
