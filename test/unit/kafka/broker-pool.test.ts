import { Kafka, logLevel } from 'kafkajs';
import { describe, expect, it } from 'vitest';
import { createBrokerPool, requireRequests } from '../../../src/kafka/broker-pool.ts';
import { refusedPort } from '../../support/test-servers.ts';

/** A client of which nothing is there but what is given. */
function kafkaWith(members: object): Kafka {
  // The point: it is not a client of the shape we know.
  return Object.assign(Object.create(Kafka.prototype), members) as Kafka;
}

const symbol = Symbol('private:Kafka:createCluster');

describe('createBrokerPool', () => {
  it('finds the connections of the installed kafkajs', async () => {
    const brokers = [`127.0.0.1:${await refusedPort()}`];
    const pool = createBrokerPool(new Kafka({ brokers, logLevel: logLevel.NOTHING, retry: { retries: 0 } }));
    await expect(pool.connect()).rejects.toThrow('ECONNREFUSED');
    await pool.disconnect();
  });

  it.each([
    ['has no such member', {}],
    ['has another member', { [symbol]: 'a cluster' }],
    ['makes nothing', { [symbol]: () => null }],
    ['makes no pool', { [symbol]: () => ({ connect() {}, disconnect() {} }) }],
    ['makes another pool', { [symbol]: () => ({ brokerPool: { connect() {}, disconnect() {} } }) }],
  ])('refuses a kafkajs that %s', (_, members) => {
    expect(() => createBrokerPool(kafkaWith(members))).toThrow(
      expect.objectContaining({ code: 'dependency-missing', message: expect.stringContaining('version 2.2.4') }),
    );
  });
});

it('refuses a broker without the requests that are needed', () => {
  const responses = { throttleTime: 0, clientSideThrottleTime: 0, responses: [] };
  const broker = { connectionPool: { send: async () => responses }, listOffsets: async () => responses };
  expect(requireRequests(broker)).toBe(broker);
  for (const member of ['connectionPool', 'listOffsets']) {
    const other = { ...broker, [member]: undefined };
    expect(() => requireRequests(other)).toThrow(expect.objectContaining({ code: 'dependency-missing' }));
  }
});
