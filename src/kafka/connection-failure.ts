/** Why no broker lets us in, in words of the settings that decide about it. */
import type { Config } from '../config/schema.ts';
import { tlsFailure } from '../config/tls-failure.ts';
import { CallmatchError, messageOf } from '../errors.ts';

type Security = Pick<Config['kafka'], 'brokers' | 'tls' | 'sasl'>;

/** `broker-unavailable` for what kafkajs rejected `connect` with. */
export function connectionFailure(error: unknown, config: Security): CallmatchError {
  const message = messageOf(error).replace(/^Connection error: /, '');
  const reason = tlsFailure(message, config.tls, 'kafka.tls') ?? saslFailure(error, message, config) ?? message;
  return new CallmatchError('broker-unavailable', `${config.brokers.join(', ')}: ${reason}`, { cause: error });
}

function saslFailure(error: unknown, message: string, { tls, sasl }: Security): string | undefined {
  if (!(error instanceof Error)) return undefined;
  if (error.name === 'KafkaJSSASLAuthenticationError') return `${message}; see kafka.sasl`;
  // Protocol errors have the name that Kafka gives them.
  const type = 'type' in error ? error.type : undefined;
  if (type === 'UNSUPPORTED_SASL_MECHANISM') return `the broker does not offer kafka.sasl.mechanism ${sasl?.mechanism}`;
  if (type === 'ILLEGAL_SASL_STATE') return 'the broker does not want SASL at this port; see kafka.sasl';
  // A broker that meets what it does not expect hangs up without a word.
  if (message !== 'Closed connection') return undefined;
  const absent = [...(tls ? [] : ['TLS (kafka.tls)']), ...(sasl ? [] : ['SASL (kafka.sasl)'])];
  return absent.length === 0 ? undefined : `the broker hangs up; it may want ${absent.join(' or ')}`;
}
