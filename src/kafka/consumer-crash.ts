/**
 * What a consumer of kafkajs that gave up has died of. It restarts by itself after some errors, but counts others as
 * final that only mean that the brokers are away for a while ("Failed to find group coordinator"). Pure.
 */
import { CallmatchError } from '../errors.ts';

/** Errors of kafkajs by which no broker answered, or not the right one. */
const OUTAGES: ReadonlySet<string> = new Set([
  'KafkaJSBrokerNotFound',
  'KafkaJSConnectionClosedError',
  'KafkaJSConnectionError',
  'KafkaJSGroupCoordinatorNotFound',
  'KafkaJSLockTimeout',
  'KafkaJSNoBrokerAvailableError',
  'KafkaJSRequestTimeoutError',
  'KafkaJSTimeout',
]);

/** Whether it would go well once the brokers are back: then the consumer is worth another start. */
export function isOutage(error: unknown): boolean {
  for (let cause = error; cause instanceof Error; cause = cause.cause) {
    if (cause instanceof CallmatchError) return cause.code === 'broker-unavailable';
    if (OUTAGES.has(cause.name)) return true;
  }
  return false;
}
