/** A Kafka broker with a listener for each way to prove who one is. */
import { brokerProperties } from '../../src/dev/broker-properties.ts';
import { freePorts } from '../../src/dev/free-port.ts';
import { untilReady } from '../../src/dev/readiness.ts';
import { probeBroker } from '../../src/kafka/broker-probe.ts';
import { startBrokerProcess } from './broker-process.ts';
import type { CertificateAuthority } from './certificate-authority.ts';

/** `host:port` of its listeners. */
export interface SecureBroker extends AsyncDisposable {
  /** No TLS, no authentication. */
  readonly open: string;
  /** TLS with a client certificate of the authority. */
  readonly certificates: string;
  /** TLS with the user's password: PLAIN, SCRAM-SHA-256 and SCRAM-SHA-512. */
  readonly passwords: string;
  /** No TLS, OAUTHBEARER with unsigned tokens. A session ends with the life of its token. */
  readonly tokens: string;
}

export interface SecureBrokerSettings {
  /** Whose certificates the broker has and accepts. */
  readonly authority: CertificateAuthority;
  /** Names in its certificate; the first one is the host of its addresses. */
  readonly hosts: readonly [string, ...string[]];
  readonly user: { readonly name: string; readonly password: string };
}

const READY_WITHIN_MS = 60_000;
const LISTENERS = { CERTIFICATES: 'SSL', PASSWORDS: 'SASL_SSL', TOKENS: 'SASL_PLAINTEXT' } as const;
const LOGIN = 'org.apache.kafka.common.security';

/** Resolves when it serves. Rejects where there is neither Docker nor Java to run it. */
export async function startSecureBroker(settings: SecureBrokerSettings): Promise<SecureBroker> {
  const { hosts, user } = settings;
  const [open = 0, certificates = 0, passwords = 0, tokens = 0, controllerPort = 0] = await freePorts(5);
  const ports = { open, certificates, passwords, tokens, controllerPort };
  const broker = await startBrokerProcess({
    properties: (bind) => properties(settings, bind, ports),
    formatArguments: ['SCRAM-SHA-256', 'SCRAM-SHA-512'].flatMap((mechanism) => [
      '--add-scram',
      `${mechanism}=[name=${user.name},password=${user.password}]`,
    ]),
    ports: [open, certificates, passwords, tokens],
  });
  const address = (port: number) => `${hosts[0]}:${port}`;
  try {
    await untilReady({
      what: 'the secure broker',
      within: READY_WITHIN_MS,
      signal: new AbortController().signal,
      check: () => probeBroker([address(open)]),
      failure: () => broker.failure(),
    });
  } catch (error) {
    await broker[Symbol.asyncDispose]();
    throw error;
  }
  return {
    open: address(open),
    certificates: address(certificates),
    passwords: address(passwords),
    tokens: address(tokens),
    [Symbol.asyncDispose]: () => broker[Symbol.asyncDispose](),
  };
}

type Ports = Record<'open' | 'certificates' | 'passwords' | 'tokens' | 'controllerPort', number>;

function properties(
  { authority, hosts, user }: SecureBrokerSettings,
  bind: string,
  ports: Ports,
): Record<string, string> {
  const { cert, key } = authority.issue('broker', { hosts });
  const base = brokerProperties({ bind, advertised: hosts[0], port: ports.open, ...ports });
  const own = `CERTIFICATES://HOST:${ports.certificates},PASSWORDS://HOST:${ports.passwords},TOKENS://HOST:${ports.tokens}`;
  const protocols = Object.entries(LISTENERS).map(([name, protocol]) => `${name}:${protocol}`);
  return {
    ...base,
    listeners: `${base.listeners},${own.replaceAll('HOST', bind)}`,
    'advertised.listeners': `${base['advertised.listeners']},${own.replaceAll('HOST', hosts[0])}`,
    'listener.security.protocol.map': `${base['listener.security.protocol.map']},${protocols}`,
    'ssl.keystore.type': 'PEM',
    'ssl.keystore.certificate.chain': onOneLine(cert),
    'ssl.keystore.key': onOneLine(key),
    'ssl.truststore.type': 'PEM',
    'ssl.truststore.certificates': onOneLine(authority.cert),
    'listener.name.certificates.ssl.client.auth': 'required',
    'listener.name.passwords.sasl.enabled.mechanisms': 'PLAIN,SCRAM-SHA-256,SCRAM-SHA-512',
    'listener.name.passwords.plain.sasl.jaas.config': `${LOGIN}.plain.PlainLoginModule required user_${user.name}="${user.password}";`,
    'listener.name.passwords.scram-sha-256.sasl.jaas.config': `${LOGIN}.scram.ScramLoginModule required;`,
    'listener.name.passwords.scram-sha-512.sasl.jaas.config': `${LOGIN}.scram.ScramLoginModule required;`,
    'listener.name.tokens.sasl.enabled.mechanisms': 'OAUTHBEARER',
    'listener.name.tokens.oauthbearer.sasl.jaas.config': `${LOGIN}.oauthbearer.OAuthBearerLoginModule required unsecuredLoginStringClaim_sub="broker";`,
    'listener.name.tokens.oauthbearer.sasl.server.callback.handler.class': `${LOGIN}.oauthbearer.internals.unsecured.OAuthBearerUnsecuredValidatorCallbackHandler`,
    'listener.name.tokens.oauthbearer.connections.max.reauth.ms': '3600000',
  };
}

/** As a value of a properties file, which writes a line break like Java does. */
function onOneLine(pem: string): string {
  return pem.replaceAll('\n', '\\n');
}
