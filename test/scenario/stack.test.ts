import { spawn } from 'node:child_process';
import { connect } from 'node:net';
import { createInterface } from 'node:readline';
import { Kafka, logLevel, Partitioners } from 'kafkajs';
import { expect, it, vi } from 'vitest';
import { type Stack, startStack } from '../../src/dev/stack.ts';
import { probeBroker } from '../../src/kafka/broker-probe.ts';

/** Two whole stacks are started here beside that of the run, as it may be a cluster that is not ours to stop. */
const ENV = { ...process.env, CALLMATCH_KAFKA__BROKERS: '', CALLMATCH_REGISTRY__URL: '' };

/** Starting a stack takes five seconds on an idle machine; these tests start two beside whatever else runs. */
const WITHIN_MS = 120_000;

/** Whether anything accepts connections at `host:port`. */
function answers(address: string): Promise<boolean> {
  const [host = '', port] = address.split(':');
  return new Promise((resolve) => {
    const socket = connect(Number(port), host);
    socket.once('connect', () => resolve(true)).once('error', () => resolve(false));
    socket.once('connect', () => socket.destroy());
  });
}

it('keeps its records while the broker is stopped and started', { timeout: WITHIN_MS }, async () => {
  await using stack = await startStack({ env: ENV });
  const kafka = new Kafka({ brokers: [...stack.brokers], logLevel: logLevel.NOTHING });
  const admin = kafka.admin();
  await admin.connect();
  await admin.createTopics({ topics: [{ topic: 'kept' }], waitForLeaders: true });
  const producer = kafka.producer({ createPartitioner: Partitioners.DefaultPartitioner });
  await producer.connect();
  await producer.send({ topic: 'kept', messages: [{ value: 'one' }, { value: 'two' }] });
  await Promise.all([admin.disconnect(), producer.disconnect()]);

  await stack.stopBroker();
  await expect(probeBroker(stack.brokers)).rejects.toMatchObject({ code: 'broker-unavailable' });
  await stack.startBroker();

  await admin.connect();
  expect(await admin.fetchTopicOffsets('kept')).toMatchObject([{ offset: '2' }]);
  await admin.disconnect();

  const registry = new URL(stack.registryUrl).host;
  await stack[Symbol.asyncDispose]();
  expect([await answers(stack.brokers.join()), await answers(registry)]).toEqual([false, false]);
});

/** The program that is killed: starts a stack, prints where it is, and waits for its end. */
const OWNER = `
  import { startStack } from ${JSON.stringify(import.meta.resolve('../../src/dev/stack.ts'))};
  const { brokers, registryUrl } = await startStack();
  console.log(JSON.stringify({ brokers, registryUrl }));
  setInterval(() => {}, 60_000);
`;

it('leaves nothing running when its owner is killed', { timeout: WITHIN_MS }, async () => {
  const owner = spawn(process.execPath, ['--input-type=module', '--eval', OWNER], {
    env: ENV,
    stdio: ['ignore', 'pipe', 'inherit'],
  });
  try {
    const { value: line } = await createInterface({ input: owner.stdout })[Symbol.asyncIterator]().next();
    // Type: what OWNER prints.
    const { brokers, registryUrl } = JSON.parse(line ?? '') as Pick<Stack, 'brokers' | 'registryUrl'>;
    const servers = [...brokers, new URL(registryUrl).host];
    for (const server of servers) expect(await answers(server)).toBe(true);

    owner.kill('SIGKILL');
    for (const server of servers) {
      await vi.waitUntil(async () => !(await answers(server)), { timeout: 15_000, interval: 100 });
    }
  } finally {
    owner.kill('SIGKILL');
  }
});
