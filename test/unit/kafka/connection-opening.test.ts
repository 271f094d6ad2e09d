import { createRequire } from 'node:module';
import type { Socket } from 'node:net';
import { describe, expect, it } from 'vitest';
import { type Connection, connectionPrototype, cureConnectionOpening } from '../../../src/kafka/connection-opening.ts';
import { cureThrottleTimer } from '../../../src/kafka/throttle-timer.ts';
import { eventually } from '../../support/eventually.ts';
import { refusedPort, startHttpServer, startSocketServer } from '../../support/test-servers.ts';

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

const UNSUPPORTED_VERSION = 35;

/** That no API has any version, to the question with that correlation id. */
function answer(correlationId: number, errorCode = 0): Buffer {
  const response = Buffer.alloc(14);
  response.writeInt32BE(response.length - 4, 0);
  response.writeInt32BE(correlationId, 4);
  response.writeInt16BE(errorCode, 8);
  return response;
}

cureThrottleTimer();

describe('cureConnectionOpening', () => {
  it('lets a connection begin without the rest of the one before', async () => {
    cureConnectionOpening();
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
    cureConnectionOpening();
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

  it('opens a connection once for all that find it closed, and answers each', async () => {
    cureConnectionOpening();
    const opened: Socket[] = [];
    await using server = await startSocketServer((socket) => {
      opened.push(socket);
      socket.on('data', (questions) => {
        for (let at = 0; at < questions.length; at += 4 + questions.readInt32BE(at)) {
          const correlationId = questions.readInt32BE(at + 8);
          socket.write(answer(correlationId, correlationId === 0 ? 0 : UNSUPPORTED_VERSION));
        }
      });
    });
    const connection = connectionTo(server.port);
    const ask = async () => {
      await connection.connect();
      return connection.send(question());
    };
    await expect(Promise.allSettled([ask(), ask()])).resolves.toMatchObject([
      { status: 'fulfilled', value: { errorCode: 0 } },
      { status: 'rejected', reason: { type: 'UNSUPPORTED_VERSION' } },
    ]);
    expect(opened).toHaveLength(1);
    await connection.disconnect();
  });

  it('opens it anew after an attempt that failed, for all that waited', async () => {
    cureConnectionOpening();
    const port = await refusedPort();
    const connection = connectionTo(port);
    const results = await Promise.allSettled([connection.connect(), connection.connect()]);
    expect(results.map(({ status }) => status)).toEqual(['rejected', 'rejected']);
    await using _ = await startHttpServer(() => {}, port);
    expect(await connection.connect()).toBe(true);
    await connection.disconnect();
  });

  it('changes nothing when it is called again', () => {
    cureConnectionOpening();
    const { connect } = connectionPrototype();
    cureConnectionOpening();
    expect(connectionPrototype().connect).toBe(connect);
  });
});
