import { describe, expect, it } from 'vitest';
import { type Probes, startOpsServer } from '../../../src/ops/server.ts';

const LOOPBACK = { host: '127.0.0.1', port: 0 };
const well: Probes = {
  isAlive: () => true,
  notReady: () => [],
  metrics: async () => 'callmatch_lag_records 0\n',
  status: () => ({ version: '0.1.0' }),
};

async function ask(probes: Probes, path: string, method = 'GET') {
  await using server = await startOpsServer(LOOPBACK, probes);
  const response = await fetch(`http://127.0.0.1:${server.port}${path}`, { method });
  return { status: response.status, type: response.headers.get('content-type'), body: await response.text() };
}

describe('ops server', () => {
  it('is alive until something is wrong that a restart cures', async () => {
    expect(await ask(well, '/live')).toMatchObject({ status: 200, body: 'alive\n' });
    expect(await ask({ ...well, isAlive: () => false }, '/live')).toMatchObject({ status: 503 });
  });

  it('is ready, or says why not', async () => {
    expect(await ask(well, '/ready')).toMatchObject({ status: 200, body: 'ready\n' });
    const notReady = () => ['stopping', 'no member of the consumer group'];
    expect(await ask({ ...well, notReady }, '/ready')).toMatchObject({
      status: 503,
      body: 'stopping\nno member of the consumer group\n',
    });
  });

  it('serves metrics and status in their formats, also with a query', async () => {
    expect(await ask(well, '/metrics?x=1')).toMatchObject({
      status: 200,
      type: 'text/plain; version=0.0.4; charset=utf-8',
      body: 'callmatch_lag_records 0\n',
    });
    expect(await ask(well, '/status')).toMatchObject({ type: 'application/json', body: '{"version":"0.1.0"}' });
  });

  it('names what there is, and only reads', async () => {
    expect(await ask(well, '/')).toMatchObject({ status: 404, body: 'one of /live, /ready, /metrics, /status\n' });
    expect(await ask(well, '/__proto__')).toMatchObject({ status: 404 });
    expect(await ask(well, '/live', 'POST')).toMatchObject({ status: 405 });
    expect(await ask(well, '/live', 'HEAD')).toMatchObject({ status: 200, body: '' });
  });

  it('outlives a probe that throws', async () => {
    const metrics = () => Promise.reject(new Error('x'));
    const status = () => {
      throw new Error('x');
    };
    expect(await ask({ ...well, metrics }, '/metrics')).toMatchObject({ status: 500 });
    expect(await ask({ ...well, status }, '/status')).toMatchObject({ status: 500 });
  });

  it('says which address is taken', async () => {
    await using server = await startOpsServer(LOOPBACK, well);
    await expect(startOpsServer({ ...LOOPBACK, port: server.port }, well)).rejects.toMatchObject({
      code: 'address-unavailable',
      message: expect.stringContaining(`127.0.0.1 port ${server.port}`),
    });
  });

  it('closes with connections open', async () => {
    const hanging = { ...well, metrics: () => new Promise<string>(() => {}) };
    const server = await startOpsServer(LOOPBACK, hanging);
    const open = fetch(`http://127.0.0.1:${server.port}/live`).then(() =>
      fetch(`http://127.0.0.1:${server.port}/metrics`),
    );
    const cut = expect(open).rejects.toThrow();
    await fetch(`http://127.0.0.1:${server.port}/live`);
    await server[Symbol.asyncDispose]();
    await cut;
  });
});
