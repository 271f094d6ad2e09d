/** Every way that `kafka.tls` and `kafka.sasl` offer, at a real broker. Needs Docker, or Java with Maven. */
import { inspect } from 'node:util';
import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import type { z } from 'zod';
import { configSchema } from '../../src/config/schema.ts';
import { createKafkaClient, type KafkaClient } from '../../src/kafka/client.ts';
import { callmatch } from '../support/callmatch-process.ts';
import { createCertificateAuthority } from '../support/certificate-authority.ts';
import { uniqueName } from '../support/cluster.ts';
import { eventually } from '../support/eventually.ts';
import { type SecureBroker, startSecureBroker } from '../support/secure-broker.ts';
import { createTemporaryFiles } from '../support/temporary-files.ts';
import { startTokenEndpoint, type TokenEndpoint } from '../support/token-endpoint.ts';

type KafkaInput = NonNullable<z.input<typeof configSchema>['kafka']>;

const PASSWORD = 'right-password-of-callmatch';
const PASSPHRASE = 'passphrase-of-the-key';
const CLIENT_SECRET = 'secret-of-the-grant';
const WRONG = 'wrong-secret-of-somebody';
/** Far above what any failure takes: it is there to tell a hang. */
const FAILS_WITHIN_MS = 15_000;
/** A member that could not say goodbye is waited for so long; brokers allow no less. */
const SHORTEST_SESSION_MS = 6_000;

const authority = createCertificateAuthority('Authority of the test');
const stranger = createCertificateAuthority('Another authority');
const files = createTemporaryFiles();
const ca = files.write('ca.pem', authority.cert);
const otherCa = files.write('other-ca.pem', stranger.cert);
const own = certificateFiles('callmatch', authority.issue('callmatch'));
const locked = certificateFiles('locked', authority.issue('callmatch', { passphrase: PASSPHRASE }));
const foreign = certificateFiles('foreign', stranger.issue('callmatch'));

let broker: SecureBroker;
let tokens: TokenEndpoint;
beforeAll(async () => {
  tokens = await startTokenEndpoint({ id: 'callmatch', secret: CLIENT_SECRET });
  const user = { name: 'callmatch', password: PASSWORD };
  broker = await startSecureBroker({ authority, hosts: ['localhost', 'kafka.example.com'], user });
});
afterAll(async () => {
  await Promise.all([broker, tokens, files].map((part) => part?.[Symbol.asyncDispose]()));
});

const user = (mechanism: 'plain' | 'scram-sha-256' | 'scram-sha-512', password = PASSWORD) =>
  ({ mechanism, username: 'callmatch', password }) as const;
const grant = (clientSecret = CLIENT_SECRET, { url }: { readonly url: string } = tokens) =>
  ({ mechanism: 'oauthbearer', tokenUrl: url, clientId: 'callmatch', clientSecret }) as const;

describe.concurrent('a secured broker', () => {
  describe('lets callmatch create a topic, write, and read as a group', () => {
    it.each<[string, () => KafkaInput]>([
      ['a client certificate', () => ({ brokers: [broker.certificates], tls: { ca, ...own } })],
      [
        'an encrypted key, under another name of the broker',
        () => ({
          brokers: [broker.certificates.replace('localhost', '127.0.0.1')],
          tls: { ca, ...locked, passphrase: PASSPHRASE, serverName: 'kafka.example.com' },
        }),
      ],
      ['PLAIN', () => ({ brokers: [broker.passwords], tls: { ca }, sasl: user('plain') })],
      ['SCRAM-SHA-256', () => ({ brokers: [broker.passwords], tls: { ca }, sasl: user('scram-sha-256') })],
      ['SCRAM-SHA-512', () => ({ brokers: [broker.passwords], tls: { ca }, sasl: user('scram-sha-512') })],
      ['OAUTHBEARER', () => ({ brokers: [broker.tokens], sasl: grant() })],
    ])('with %s', async (_, settings) => {
      const { client } = await clientOf(settings());
      const topic = await createTopic(client);
      await using group = await join(client, topic);
      await send(client, topic, 'first', 'second');
      await eventually(
        () => `read ${group.values}`,
        () => group.values.length === 2,
      );
      expect(group.values).toEqual(['first', 'second']);
    });
  });

  describe('is told why the broker does not let it in, and no secret', () => {
    it.each<[string, () => KafkaInput, RegExp]>([
      [
        'a wrong password (PLAIN)',
        () => ({ brokers: [broker.passwords], tls: { ca }, sasl: user('plain', WRONG) }),
        /: SASL PLAIN authentication failed: .*Invalid username or password; see kafka\.sasl$/,
      ],
      [
        'a wrong password (SCRAM)',
        () => ({ brokers: [broker.passwords], tls: { ca }, sasl: user('scram-sha-512', WRONG) }),
        /: SASL SCRAM SHA512 authentication failed: .*invalid credentials.*; see kafka\.sasl$/,
      ],
      [
        'a mechanism that is not offered',
        () => ({ brokers: [broker.tokens], sasl: user('plain', WRONG) }),
        /: the broker does not offer kafka\.sasl\.mechanism plain$/,
      ],
      [
        'SASL where there is none',
        () => ({ brokers: [broker.open], sasl: user('plain', WRONG) }),
        /: the broker does not want SASL at this port; see kafka\.sasl$/,
      ],
      [
        'no SASL where there is',
        () => ({ brokers: [broker.passwords], tls: { ca } }),
        /: the broker hangs up; it may want SASL \(kafka\.sasl\)$/,
      ],
      [
        'no client certificate',
        () => ({ brokers: [broker.certificates], tls: { ca } }),
        /: the server wants a client certificate \(.*certificate.*\); set kafka\.tls\.cert and kafka\.tls\.key$/,
      ],
      [
        'a client certificate of another authority',
        () => ({ brokers: [broker.certificates], tls: { ca, ...foreign } }),
        /: the server does not accept the client certificate of kafka\.tls\.cert \(.*\)$/,
      ],
      [
        'an authority that the broker is not of',
        () => ({ brokers: [broker.certificates], tls: { ca: otherCa, ...own } }),
        /: no trusted authority stands behind the certificate of the server \(.*\); set kafka\.tls\.ca to its authority$/,
      ],
      ['the built-in authorities', () => ({ brokers: [broker.certificates], tls: { ...own } }), /kafka\.tls\.ca/],
      [
        'a name that the broker does not have',
        () => ({ brokers: [broker.certificates], tls: { ca, ...own, serverName: 'kafka.example.org' } }),
        /kafka\.example\.org.*; set kafka\.tls\.serverName if the server is the right one$/,
      ],
      [
        'TLS where there is none',
        () => ({ brokers: [broker.open], tls: { ca } }),
        /: the server breaks off the TLS handshake; it may not speak TLS, or/,
      ],
      ['no TLS where there is', () => ({ brokers: [broker.certificates] }), /it may want TLS \(kafka\.tls\)/],
      [
        'a wrong client secret',
        () => ({ brokers: [broker.tokens], sasl: grant(WRONG) }),
        /: kafka\.sasl\.tokenUrl answered 401: invalid_client$/,
      ],
    ])('%s', async (_, settings, reason) => {
      expect(await refusalOf(settings())).toMatch(reason);
    });

    it('a token that is over', async () => {
      await using late = await startTokenEndpoint({ id: 'callmatch', secret: CLIENT_SECRET });
      late.lifetime = -60;
      const refusal = await refusalOf({ brokers: [broker.tokens], sasl: grant(CLIENT_SECRET, late) });
      expect(refusal).toMatch(/: the broker does not accept the token of kafka\.sasl\.tokenUrl: .*invalid_token/);
    });
  });

  it('a session goes on with a new token before the old one ends, and comes back after an outage of the endpoint', async () => {
    await using endpoint = await startTokenEndpoint({ id: 'callmatch', secret: CLIENT_SECRET });
    // kafkajs authenticates anew 10 s before the end: after 2 s. Less than our margin, so every token is used once.
    endpoint.lifetime = 12;
    const { client, lines } = await clientOf({ brokers: [broker.tokens], sasl: grant(CLIENT_SECRET, endpoint) });
    const topic = await createTopic(client);
    await using group = await join(client, topic, SHORTEST_SESSION_MS);
    const producer = client.producer();
    await producer.connect();
    const sent: string[] = [];
    const sendNext = async () => {
      const value = String(sent.length);
      await producer.send({ topic, acks: -1, messages: [{ value }] });
      sent.push(value);
    };
    await sendNext();
    const { issued } = endpoint;
    await eventually(
      () => `${endpoint.issued - issued} new tokens`,
      async () => {
        await sendNext();
        return endpoint.issued >= issued + 4;
      },
    );
    expect(lines.filter((line) => !line.startsWith('debug'))).toEqual([]);

    endpoint.isDown = true;
    await eventually(
      () => 'the consumer has not noticed',
      () => group.crashes.length > 0,
    );
    expect(group.crashes).not.toContain('final');
    endpoint.isDown = false;
    await sendNext();
    await eventually(
      () => `${group.values} of ${sent}`,
      () => group.values.length >= sent.length,
    );
    expect(group.values).toEqual(sent);
    await producer.disconnect();
  });

  describe('on the command line', () => {
    const create = (env: Record<string, string>) =>
      callmatch(['topics', 'create', '--source-partitions', '1'], {
        cwd: files.folder,
        env: {
          CALLMATCH_PORTALS__MAIN__TOKEN: 'sim-main',
          CALLMATCH_KAFKA__BROKERS: broker.passwords,
          CALLMATCH_KAFKA__SASL__MECHANISM: 'scram-sha-512',
          CALLMATCH_KAFKA__SASL__USERNAME: 'callmatch',
          CALLMATCH_KAFKA__TLS__CA: ca,
          ...env,
        },
      });

    it('the environment is enough, the password in a file', async () => {
      const created = await create({ CALLMATCH_KAFKA__SASL__PASSWORD_FILE: files.write('password', `${PASSWORD}\n`) });
      expect(created.code, created.err).toBe(0);
    });

    it('a wrong password ends with 3, and is not shown', async () => {
      const refused = await create({ CALLMATCH_KAFKA__SASL__PASSWORD: WRONG });
      expect(refused.code).toBe(3);
      expect(refused.err).toContain('broker-unavailable');
      expect(refused.err).toContain('see kafka.sasl');
      expect(refused.out + refused.err).not.toContain(WRONG);
    });

    it('a file that does not exist ends with 2 before anything connects', async () => {
      const refused = await create({
        CALLMATCH_KAFKA__SASL__PASSWORD: WRONG,
        CALLMATCH_KAFKA__TLS__CA: './absent.pem',
      });
      expect(refused.code).toBe(2);
      expect(refused.err).toContain('kafka.tls.ca: ./absent.pem does not exist');
    });
  });
});

function certificateFiles(name: string, { cert, key }: { readonly cert: string; readonly key: string }) {
  return { cert: files.write(`${name}.pem`, cert), key: files.write(`${name}.key`, key) };
}

/** A client of settings as they are written in a file, and the lines of its log. */
async function clientOf(kafka: KafkaInput): Promise<{ client: KafkaClient; lines: string[] }> {
  const config = configSchema.parse({ kafka, portals: { main: { token: 'sim-main' } } });
  const lines: string[] = [];
  const client = await createKafkaClient(config.kafka, (level, message, fields) => {
    lines.push(`${level} ${message} ${JSON.stringify(fields)}`);
  });
  return { client, lines };
}

/** What `connect` fails with. Neither the error nor the log may hold a secret, nor may it take long. */
async function refusalOf(kafka: KafkaInput): Promise<string> {
  const { client, lines } = await clientOf(kafka);
  const admin = client.admin();
  const startedAt = performance.now();
  const error = await admin.connect().catch((reason: unknown) => reason);
  const ms = performance.now() - startedAt;
  await admin.disconnect();
  expect(error).toMatchObject({ code: 'broker-unavailable', message: expect.stringContaining(String(kafka.brokers)) });
  expect(ms).toBeLessThan(FAILS_WITHIN_MS);
  const told = [inspect(error, { depth: Number.POSITIVE_INFINITY }), ...lines].join('\n');
  for (const secret of [PASSWORD, PASSPHRASE, CLIENT_SECRET, WRONG]) {
    expect(told).not.toContain(secret);
    expect(told).not.toContain(Buffer.from(secret).toString('base64'));
  }
  return error instanceof Error ? error.message : '';
}

async function createTopic(client: KafkaClient): Promise<string> {
  const topic = uniqueName('secured');
  const admin = client.admin();
  await admin.connect();
  await admin.createTopics({ topics: [{ topic, numPartitions: 1, replicationFactor: 1 }], waitForLeaders: true });
  await admin.disconnect();
  return topic;
}

async function send(client: KafkaClient, topic: string, ...values: string[]): Promise<void> {
  const producer = client.producer();
  await producer.connect();
  await producer.send({ topic, acks: -1, messages: values.map((value) => ({ value })) });
  await producer.disconnect();
}

interface Reader extends AsyncDisposable {
  /** Values read so far, in their order. */
  readonly values: string[];
  /** `final` for one after which kafkajs does not start again. */
  readonly crashes: ('final' | 'restarts')[];
}

async function join(client: KafkaClient, topic: string, sessionTimeout = 10_000): Promise<Reader> {
  const consumer = client.consumer({ groupId: topic, sessionTimeout });
  const values: string[] = [];
  const crashes: ('final' | 'restarts')[] = [];
  consumer.on('consumer.crash', ({ payload }) => void crashes.push(payload.restart ? 'restarts' : 'final'));
  await consumer.connect();
  await consumer.subscribe({ topics: [topic], fromBeginning: true });
  await consumer.run({ eachMessage: async ({ message }) => void values.push(String(message.value)) });
  return { values, crashes, [Symbol.asyncDispose]: () => consumer.disconnect() };
}
