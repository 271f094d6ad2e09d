import type { SaslAuthenticateArgs } from 'kafkajs';
import { expect, it } from 'vitest';
import { oauthBearer } from '../../../src/kafka/oauth-bearer.ts';

/** Authenticates once with a broker that answers these bytes; gives what it was sent and what was forgotten. */
async function authenticate(answer: string, get = () => Promise.resolve('abc.def')) {
  const sent: string[] = [];
  const forgotten: string[] = [];
  const { authenticationProvider } = oauthBearer({ get, forget: (token) => void forgotten.push(token) });
  const { authenticate } = authenticationProvider({
    host: 'kafka-1',
    port: 9092,
    logger: undefined as never, // It is not used.
    // As kafkajs calls both sides, and a broker answers.
    async saslAuthenticate<Result>({ request, response }: SaslAuthenticateArgs<Result>) {
      const bytes = await request.encode();
      expect(bytes.readInt32BE()).toBe(bytes.length - 4);
      sent.push(bytes.toString('utf8', 4));
      if (response === undefined) throw new Error('SASL authentication failed');
      return response.parse(await response.decode(Buffer.from(`\0\0\0${String.fromCharCode(answer.length)}${answer}`)));
    },
  });
  const error = await authenticate().catch((thrown: unknown) => thrown);
  return { sent, forgotten, error };
}

const PRESENTED = 'n,,\u0001auth=Bearer abc.def\u0001\u0001';
const GIVEN_UP = '\u0001';

it('presents the token in the form of RFC 7628', async () => {
  expect(await authenticate('')).toEqual({ sent: [PRESENTED], forgotten: [], error: undefined });
});

it('knows a refusal by the bytes of the answer, and lets kafkajs try again with another token', async () => {
  const { sent, forgotten, error } = await authenticate('{"status":"invalid_token"}');
  expect({ sent, forgotten }).toEqual({ sent: [PRESENTED, GIVEN_UP], forgotten: ['abc.def'] });
  expect(error).toMatchObject({
    name: 'KafkaJSConnectionError',
    retriable: true,
    cause: undefined,
    message: 'the broker does not accept the token of kafka.sasl.tokenUrl: {"status":"invalid_token"}',
  });
});

it('ends the exchange when there is no token', async () => {
  const noToken = new Error('kafka.sasl.tokenUrl answered 503');
  const { sent, error } = await authenticate('', () => Promise.reject(noToken));
  expect(sent).toEqual([GIVEN_UP]);
  expect(error).toBe(noToken);
});
