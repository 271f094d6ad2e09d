import { createRequire } from 'node:module';
import type { Socket } from 'node:net';
import { describe, expect, it } from 'vitest';
import { type Connection, connectionPrototype, cureCutOffResponse } from '../../../src/kafka/cut-off-response.ts';
import { cureThrottleTimer } from '../../../src/kafka/throttle-timer.ts';
import { eventually } from '../../support/eventually.ts';
import { startSocketServer } from '../../support/test-servers.ts';

const kafkajs = createRequire(import.meta.url);

/** kafkajs's own connection; these members are not in its types because applications never see it. */
interface WholeConnection extends Connection {
  send(question: object): Promise<unknown>;
  disconnect(): Promise<unknown>;
}

function connectionTo(port: number): WholeConnection {
  const log = { debug() {}, error() {}, warn() {}, namespace: () => log };
  const options = { host: '127.0.0.1', port, logger: log, connectionTimeout: 1_000, requestTimeout: 1_000 };
  const socketFactory = kafkajs('kafkajs/src/network/socketFactory')();
  return Reflect.construct(connectionPrototype().constructor, [{ ...options, socketFactory }]);
}

/** ApiVersions is the one question that needs nothing before it. */
const question = () => kafkajs('kafkajs/src/protocol/requests').requests.ApiVersions.protocol({ version: 0 })();

/** That no API has any version, to the question with that correlation id. */
function answer(correlationId: number): Buffer {
  const response = Buffer.alloc(14);
  response.writeInt32BE(response.length - 4, 0);
  response.writeInt32BE(correlationId, 4);
  return response;
}

cureThrottleTimer();

describe('cureCutOffResponse', () => {
  it('lets a connection begin without the rest of the one before', async () => {
    cureCutOffResponse();
    const answers: ((socket: Socket) => void)[] = [
      (socket) => void socket.end(answer(0).subarray(0, 9)),
      (socket) => void socket.write(answer(1)),
    ];
    await using server = await startSocketServer((socket) => {
      socket.once('data', () => answers.shift()?.(socket));
    });
    const connection = connectionTo(server.port);
    await connection.connect();
    await expect(connection.send(question())).rejects.toThrow('Closed connection');
    await eventually(
      () => 'closed',
      () => !connection.isConnected(),
    );
    await connection.connect();
    expect(await connection.send(question())).toMatchObject({ errorCode: 0, apiVersions: [] });
    await connection.disconnect();
  });

  it('leaves alone what a connection has received when it is asked to connect again', async () => {
    cureCutOffResponse();
    const { promise: rest, resolve: sendRest } = Promise.withResolvers<void>();
    await using server = await startSocketServer((socket) => {
      socket.once('data', () => {
        socket.write(answer(0).subarray(0, 9));
        void rest.then(() => socket.write(answer(0).subarray(9)));
      });
    });
    const connection = connectionTo(server.port);
    await connection.connect();
    const answered = connection.send(question());
    await eventually(
      () => 'half a response',
      () => connection.bytesBuffered === 9,
    );
    await connection.connect();
    sendRest();
    expect(await answered).toMatchObject({ errorCode: 0 });
    await connection.disconnect();
  });

  it('changes nothing when it is called again', () => {
    cureCutOffResponse();
    const { connect } = connectionPrototype();
    cureCutOffResponse();
    expect(connectionPrototype().connect).toBe(connect);
  });
});
