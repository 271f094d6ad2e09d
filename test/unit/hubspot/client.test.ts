import { subscribe, unsubscribe } from 'node:diagnostics_channel';
import { once } from 'node:events';
import { describe, expect, it } from 'vitest';
import { CallmatchError } from '../../../src/errors.ts';
import { createHttpClient, type HttpClient } from '../../../src/hubspot/client.ts';
import { ManualClock } from '../../support/manual-clock.ts';
import { selfSignedCertificate } from '../../support/self-signed-certificate.ts';
import {
  type ReceivedRequest,
  received,
  refusedPort,
  startHttpServer,
  startSocketServer,
  startTlsServer,
} from '../../support/test-servers.ts';

const REQUEST_MS = 4_000;

function setUp(connections = 4, connect = 2_000) {
  const clock = new ManualClock();
  return { clock, client: createHttpClient({ connect, request: REQUEST_MS, connections }, clock) };
}

function post(client: HttpClient, origin: string, body = '{}', headers: Record<string, string> = {}) {
  return client.send({ method: 'POST', origin, path: '/calls', headers, body });
}

/** What a failed request proves: nothing was taken (`crm-unreachable`), or nobody knows (`crm-in-doubt`). */
async function proof(sent: Promise<unknown>): Promise<string> {
  const error = await sent.then(
    () => new Error('it was answered'),
    (reason: unknown) => reason,
  );
  return error instanceof CallmatchError ? error.code : String(error);
}

describe('what it sends and reads', () => {
  it('sends method, path, headers and body, and gives the answer with header names in lower case', async () => {
    const requests: ReceivedRequest[] = [];
    await using server = await startHttpServer(async (request, response) => {
      requests.push(await received(request));
      response.writeHead(429, { 'Retry-After': '7', 'X-HubSpot-Correlation-Id': 'abc' }).end('{"a":"é"}');
    });
    const { client } = setUp();
    await using _ = client;
    const answer = await post(client, server.origin, '{"name":"Zoë"}', { authorization: 'Bearer t' });
    expect(requests).toMatchObject([
      {
        method: 'POST',
        path: '/calls',
        body: '{"name":"Zoë"}',
        headers: { authorization: 'Bearer t', 'content-length': '15' },
      },
    ]);
    expect(answer).toMatchObject({ status: 429, body: '{"a":"é"}' });
    expect(answer.headers).toMatchObject({ 'retry-after': '7', 'x-hubspot-correlation-id': 'abc' });
  });

  it('joins a body in pieces, a character cut in two included', async () => {
    const bytes = Buffer.from('{"name":"Zoë"}');
    await using server = await startHttpServer((_request, response) => {
      response.write(bytes.subarray(0, 12), () => response.end(bytes.subarray(12)));
    });
    const { client } = setUp();
    await using _ = client;
    expect((await post(client, server.origin)).body).toBe('{"name":"Zoë"}');
  });

  it('passes over an early hint, follows no redirect, and takes a page of HTML for an answer', async () => {
    const statuses = [200, 307, 502];
    await using server = await startHttpServer((_request, response) => {
      response.writeEarlyHints({ link: '</style.css>; rel=preload' });
      response.writeHead(statuses.shift() ?? 500, { location: 'http://127.0.0.1:1/' }).end('<html>');
    });
    const { client } = setUp();
    await using _ = client;
    for (const status of [...statuses])
      expect(await post(client, server.origin)).toMatchObject({ status, body: '<html>' });
  });

  it('leaves no timer behind', async () => {
    await using server = await startHttpServer((_request, response) => void response.end());
    const { client, clock } = setUp();
    await using _ = client;
    await post(client, server.origin);
    await proof(post(client, `http://127.0.0.1:${await refusedPort()}`));
    expect(clock.pending).toBe(0);
  });
});

describe('failures that prove that nothing was taken', () => {
  it('a refused connection', async () => {
    const { client } = setUp();
    await using _ = client;
    expect(await proof(post(client, `http://127.0.0.1:${await refusedPort()}`))).toBe('crm-unreachable');
  });

  it('a certificate that is not trusted: no request reaches the server', async () => {
    let requests = 0;
    await using server = await startTlsServer(selfSignedCertificate(), (_request, response) => {
      requests += 1;
      response.end();
    });
    const { client } = setUp();
    await using _ = client;
    expect(await proof(post(client, server.origin))).toBe('crm-unreachable');
    expect(requests).toBe(0);
  });

  it('a server that speaks no TLS', async () => {
    await using server = await startHttpServer((_request, response) => void response.end());
    const { client } = setUp();
    await using _ = client;
    expect(await proof(post(client, server.origin.replace('http:', 'https:')))).toBe('crm-unreachable');
  });

  it('a reset during the TLS handshake', async () => {
    await using server = await startSocketServer((socket) => {
      socket.once('data', () => socket.resetAndDestroy());
    }, 'https');
    const { client } = setUp();
    await using _ = client;
    expect(await proof(post(client, server.origin))).toBe('crm-unreachable');
  });

  it('a TLS handshake that never ends', async () => {
    await using server = await startSocketServer(() => {}, 'https');
    // The connection time-out is the one of undici, on real time.
    const { client } = setUp(4, 20);
    await using _ = client;
    expect(await proof(post(client, server.origin))).toBe('crm-unreachable');
  });

  it('no free connection in time: the request is never written, not even later', async () => {
    const requests: string[] = [];
    const arrived = Promise.withResolvers<void>();
    await using server = await startHttpServer(async (request, response) => {
      requests.push((await received(request)).body);
      if (requests.length > 1) response.end();
      else arrived.resolve();
    });
    const { client, clock } = setUp(1);
    await using _ = client;
    const first = proof(post(client, server.origin, 'first'));
    const second = proof(post(client, server.origin, 'second'));
    await arrived.promise;
    clock.advance(REQUEST_MS);
    expect(await Promise.all([first, second])).toEqual(['crm-in-doubt', 'crm-unreachable']);
    expect((await post(client, server.origin, 'third')).status).toBe(200);
    expect(requests).toEqual(['first', 'third']);
  });

  it('a header that cannot be sent; the error does not hold it', async () => {
    await using server = await startHttpServer((_request, response) => void response.end());
    const { client } = setUp();
    await using _ = client;
    const error = await post(client, server.origin, '', { authorization: 'Bearer s3cret\n' }).catch((reason) => reason);
    expect(error).toMatchObject({ code: 'crm-unreachable' });
    expect(String(error)).not.toContain('s3cret');
  });

  it('a client that is closed', async () => {
    const { client } = setUp();
    await client[Symbol.asyncDispose]();
    expect(await proof(post(client, 'http://127.0.0.1:9'))).toBe('crm-unreachable');
  });
});

describe('failures after which nobody knows', () => {
  it('a reset before the server has read the request', async () => {
    const written = Promise.withResolvers<void>();
    const onWritten = () => written.resolve();
    subscribe('undici:client:sendHeaders', onWritten);
    await using server = await startSocketServer((socket) => {
      socket.pause();
      void written.promise.then(() => socket.resetAndDestroy());
    });
    const { client } = setUp();
    await using _ = client;
    expect(await proof(post(client, server.origin))).toBe('crm-in-doubt');
    unsubscribe('undici:client:sendHeaders', onWritten);
  });

  it('a reset after the server has read it', async () => {
    await using server = await startSocketServer((socket) => {
      socket.once('data', () => socket.resetAndDestroy());
    });
    const { client } = setUp();
    await using _ = client;
    expect(await proof(post(client, server.origin))).toBe('crm-in-doubt');
  });

  it('a kept connection that the server closes when the next request is on its way', async () => {
    let requests = 0;
    await using server = await startSocketServer((socket) => {
      socket.on('data', () => {
        requests += 1;
        if (requests === 1) socket.write('HTTP/1.1 200 OK\r\ncontent-length: 2\r\n\r\n{}');
        else socket.destroy();
      });
    });
    const { client } = setUp(1);
    await using _ = client;
    expect((await post(client, server.origin)).body).toBe('{}');
    expect(await proof(post(client, server.origin))).toBe('crm-in-doubt');
    // Nobody but us may send it again.
    expect(requests).toBe(2);
  });

  it('but a kept connection that was closed in time is no trouble: the next request takes a new one', async () => {
    let connections = 0;
    const closed: Promise<unknown>[] = [];
    await using server = await startSocketServer((socket) => {
      connections += 1;
      closed.push(once(socket, 'close'));
      socket.once('data', () => socket.end('HTTP/1.1 200 OK\r\ncontent-length: 2\r\n\r\n{}'));
    });
    const { client } = setUp(1);
    await using _ = client;
    await post(client, server.origin);
    await Promise.all(closed);
    expect((await post(client, server.origin)).body).toBe('{}');
    expect(connections).toBe(2);
  });

  it.each([
    ['a body that ends too early', 'HTTP/1.1 200 OK\r\ncontent-length: 50\r\n\r\n{"callerId', true],
    ['no HTTP', 'SSH-2.0-OpenSSH_9.6\r\n', true],
    [
      'a body of more than four megabytes',
      `HTTP/1.1 200 OK\r\ncontent-length: 5000000\r\n\r\n${'x'.repeat(5_000_000)}`,
      false,
    ],
  ])('%s', async (_name, bytes, ends) => {
    await using server = await startSocketServer((socket) => {
      socket.once('data', () => (ends ? socket.end(bytes) : socket.write(bytes)));
    });
    const { client } = setUp();
    await using _ = client;
    expect(await proof(post(client, server.origin))).toBe('crm-in-doubt');
  });

  it.each([
    ['a server that never answers', ''],
    ['a server that lets its body trickle', 'HTTP/1.1 200 OK\r\ncontent-length: 1000\r\n\r\n{'],
  ])('%s', async (_name, bytes) => {
    const arrived = Promise.withResolvers<() => void>();
    await using server = await startSocketServer((socket) => {
      socket.once('data', () => {
        if (bytes !== '') socket.write(bytes);
        arrived.resolve(() => socket.write(' '));
      });
    });
    const { client, clock } = setUp();
    await using _ = client;
    const sent = proof(post(client, server.origin));
    const trickle = await arrived.promise;
    for (let ms = 0; ms < REQUEST_MS - 1; ms += 1_000) {
      clock.advance(Math.min(1_000, REQUEST_MS - 1 - ms));
      if (bytes !== '') trickle();
    }
    expect(clock.pending).toBe(1);
    clock.advance(1);
    expect(await sent).toBe('crm-in-doubt');
  });

  it('a client that is closed while the request is on the wire', async () => {
    const arrived = Promise.withResolvers<void>();
    await using server = await startSocketServer((socket) => void socket.once('data', () => arrived.resolve()));
    const { client, clock } = setUp();
    const sent = proof(post(client, server.origin));
    await arrived.promise;
    await client[Symbol.asyncDispose]();
    expect(await sent).toBe('crm-in-doubt');
    expect(clock.pending).toBe(0);
  });
});
