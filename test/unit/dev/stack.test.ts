import { once } from 'node:events';
import { createServer, type Server } from 'node:http';
import type { AddressInfo } from 'node:net';
import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { startStack } from '../../../src/dev/stack.ts';

let registry: Server;
let registryUrl: string;
beforeAll(async () => {
  registry = createServer((_, response) => response.end('[]')).listen(0, '127.0.0.1');
  await once(registry, 'listening');
  // A TCP server's address is an AddressInfo.
  registryUrl = `http://127.0.0.1:${(registry.address() as AddressInfo).port}/apis/ccompat/v7`;
});
afterAll(() => registry.close());

describe('startStack', () => {
  it('takes the cluster of the environment, when it serves', async () => {
    const probed: string[][] = [];
    const env = { CALLMATCH_KAFKA__BROKERS: 'one:9092, two:9092', CALLMATCH_REGISTRY__URL: `${registryUrl}/` };
    await using stack = await startStack({ env, probe: async (brokers) => void probed.push([...brokers]) });
    expect(stack).toMatchObject({ way: 'cluster', brokers: ['one:9092', 'two:9092'], registryUrl });
    expect(probed).toEqual([['one:9092', 'two:9092']]);
  });

  it('does not stop a broker that is not ours', async () => {
    const env = { CALLMATCH_KAFKA__BROKERS: 'one:9092', CALLMATCH_REGISTRY__URL: registryUrl };
    await using stack = await startStack({ env, probe: async () => {} });
    await expect(stack.stopBroker()).rejects.toThrow('not ours to stop');
    await expect(stack.startBroker()).rejects.toThrow('not ours to stop');
  });

  it('wants the registry of a cluster, too', async () => {
    await expect(startStack({ env: { CALLMATCH_KAFKA__BROKERS: 'one:9092' } })).rejects.toMatchObject({
      code: 'config-invalid',
      message: expect.stringContaining('CALLMATCH_REGISTRY__URL'),
    });
  });

  it('names the three ways and what was wrong when none works', async () => {
    const env = { CALLMATCH_STACK: 'java', JAVA_HOME: '/no/such/folder' };
    const error: Error = await startStack({ env }).then(Promise.reject, (reason) => reason);
    expect(error).toMatchObject({ code: 'dependency-missing' });
    for (const part of ['CALLMATCH_KAFKA__BROKERS', 'Docker', 'Java 17', 'Maven', '- java: Java does not run']) {
      expect(error.message).toContain(part);
    }
  });

  it('lets CALLMATCH_STACK overrule the cluster', async () => {
    const env = {
      CALLMATCH_STACK: 'java',
      CALLMATCH_KAFKA__BROKERS: 'one:9092',
      CALLMATCH_REGISTRY__URL: registryUrl,
      JAVA_HOME: '/no/such/folder',
    };
    await expect(startStack({ env })).rejects.toThrow('java: Java does not run');
  });

  it('knows no other way', async () => {
    await expect(startStack({ env: { CALLMATCH_STACK: 'podman' } })).rejects.toMatchObject({ code: 'config-invalid' });
  });
});
