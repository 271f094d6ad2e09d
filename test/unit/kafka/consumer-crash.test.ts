import { KafkaJSConnectionError, KafkaJSNonRetriableError, KafkaJSNumberOfRetriesExceeded } from 'kafkajs';
import { expect, it } from 'vitest';
import { CallmatchError } from '../../../src/errors.ts';
import { isOutage } from '../../../src/kafka/consumer-crash.ts';

/** The types of kafkajs leave out what these are made of. */
const named = (name: string) => Object.assign(new Error('no'), { name });
const refused = new KafkaJSConnectionError('connect ECONNREFUSED');

it.each([
  ['no coordinator', named('KafkaJSGroupCoordinatorNotFound')],
  ['no connection, tried often', new KafkaJSNumberOfRetriesExceeded(refused, { retryCount: 5, retryTime: 1 })],
  ['no connection, when it connects anew', new CallmatchError('broker-unavailable', 'no broker answers')],
])('%s is an outage', (_, error) => {
  expect(isOutage(error)).toBe(true);
});

it.each([
  ['a wrong password', named('KafkaJSSASLAuthenticationError')],
  ['an error of its own', new KafkaJSNonRetriableError('Unsupported partition assigner')],
  ['anything else', 'a text'],
])('%s is none', (_, error) => {
  expect(isOutage(error)).toBe(false);
});
