import { once } from 'node:events';
import { createServer } from 'node:http';
import type { AddressInfo } from 'node:net';
import { describe, expect, it } from 'vitest';
import { probeRegistry, untilReady } from '../../../src/dev/readiness.ts';

const alive = async () => undefined;
const refuse = async () => {
  throw new Error('connection refused');
};

describe('untilReady', () => {
  it('tries until the server is ready', async () => {
    let tries = 0;
    const check = async () => {
      if (++tries < 3) await refuse();
    };
    await untilReady({
      what: 'the broker',
      within: 60_000,
      signal: new AbortController().signal,
      check,
      failure: alive,
    });
    expect(tries).toBe(3);
  });

  it('waits no longer for a server that has died', async () => {
    const failure = async () => 'exit code 1\nport in use';
    const waiting = {
      what: 'the broker',
      within: 60_000,
      signal: new AbortController().signal,
      check: refuse,
      failure,
    };
    await expect(untilReady(waiting)).rejects.toMatchObject({
      code: 'dependency-missing',
      message: 'the broker ended while it was starting: exit code 1\nport in use',
    });
  });

  it('gives up after the time, with the last reason', async () => {
    const waiting = {
      what: 'the broker',
      within: 1,
      signal: new AbortController().signal,
      check: refuse,
      failure: alive,
    };
    await expect(untilReady(waiting)).rejects.toThrow('the broker is not ready after 1 ms: connection refused');
  });

  it('ends at once when it is aborted', async () => {
    const controller = new AbortController();
    const check = async () => {
      controller.abort(new Error('interrupted'));
      await refuse();
    };
    const waiting = { what: 'the broker', within: 60_000, signal: controller.signal, check, failure: alive };
    await expect(untilReady(waiting)).rejects.toThrow();
    expect(controller.signal.aborted).toBe(true);
  });
});

describe('probeRegistry', () => {
  it('is content with a list of subjects, and with nothing else', async () => {
    const server = createServer(({ url }, response) =>
      response.writeHead(url === '/v7/subjects' ? 200 : 404).end('[]'),
    );
    server.listen(0, '127.0.0.1');
    await once(server, 'listening');
    // A TCP server's address is an AddressInfo.
    const { port } = server.address() as AddressInfo;
    try {
      await probeRegistry(`http://127.0.0.1:${port}/v7`);
      await expect(probeRegistry(`http://127.0.0.1:${port}/v6`)).rejects.toMatchObject({
        code: 'registry-unavailable',
        message: expect.stringContaining('HTTP 404'),
      });
    } finally {
      server.close();
    }
    await expect(probeRegistry(`http://127.0.0.1:${port}/v7`)).rejects.toMatchObject({ code: 'registry-unavailable' });
  });
});
