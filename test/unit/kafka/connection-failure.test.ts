import kafkajs from 'kafkajs';
import { expect, test } from 'vitest';
import { connectionFailure } from '../../../src/kafka/connection-failure.ts';

const { KafkaJSConnectionError, KafkaJSNonRetriableError, KafkaJSNumberOfRetriesExceeded } = kafkajs;

const brokers = ['kafka-1:9092', 'kafka-2:9092'];
const sasl = { mechanism: 'plain', username: 'callmatch', password: 'change-me' } as const;

/** An error as kafkajs makes it of an answer of the broker. */
const protocolError = (type: string) => Object.assign(new Error('some text'), { name: 'KafkaJSProtocolError', type });
const authenticationError = (message: string) =>
  Object.assign(new Error(message), { name: 'KafkaJSSASLAuthenticationError' });

test.each([
  ['nobody answers', new KafkaJSConnectionError('Connection error: connect ECONNREFUSED'), {}, 'connect ECONNREFUSED'],
  [
    'a wrong password',
    authenticationError('SASL PLAIN authentication failed: Invalid username or password'),
    { sasl },
    'SASL PLAIN authentication failed: Invalid username or password; see kafka.sasl',
  ],
  [
    'a token',
    new KafkaJSNonRetriableError('kafka.sasl.tokenUrl answered 401'),
    { sasl },
    'kafka.sasl.tokenUrl answered 401',
  ],
  [
    'another mechanism',
    protocolError('UNSUPPORTED_SASL_MECHANISM'),
    { sasl },
    'the broker does not offer kafka.sasl.mechanism plain',
  ],
  [
    'no SASL',
    protocolError('ILLEGAL_SASL_STATE'),
    { sasl },
    'the broker does not want SASL at this port; see kafka.sasl',
  ],
  [
    'neither TLS nor SASL',
    new KafkaJSConnectionError('Closed connection'),
    {},
    'the broker hangs up; it may want TLS (kafka.tls) or SASL (kafka.sasl)',
  ],
  [
    'no SASL set',
    new KafkaJSConnectionError('Closed connection'),
    { tls: {} },
    'the broker hangs up; it may want SASL (kafka.sasl)',
  ],
  ['both set', new KafkaJSConnectionError('Closed connection'), { tls: {}, sasl }, 'Closed connection'],
  [
    'an untrusted broker',
    new KafkaJSConnectionError('Connection error: unable to verify the first certificate'),
    { tls: {} },
    expect.stringContaining('kafka.tls.ca'),
  ],
])('%s', (_, error, security, expected) => {
  const failure = connectionFailure(error, { brokers, tls: undefined, sasl: undefined, ...security });
  expect(failure).toMatchObject({ code: 'broker-unavailable', cause: error });
  expect(failure.message.replace(/^kafka-1:9092, kafka-2:9092: /, '')).toEqual(expected);
});

test('what kafkajs gave up after several tries is the same', () => {
  const error = new KafkaJSNumberOfRetriesExceeded(new KafkaJSConnectionError('Connection error: read ECONNRESET'), {
    retryCount: 5,
    retryTime: 1,
  });
  expect(connectionFailure(error, { brokers, tls: undefined, sasl: undefined }).message).toMatch(/: read ECONNRESET$/);
});
