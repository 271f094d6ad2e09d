/**
 * SASL OAUTHBEARER (RFC 7628) for kafkajs. Its own takes the answer to a refused token for a success: a broker does not
 * say that it refuses one by an error, but by bytes that a success does not have. And it leaves an exchange open when
 * there is no token, after which the broker takes the next one on this connection for a violation of the protocol,
 * which kafkajs takes for final.
 */
import kafkajs, { type AuthenticationProviderArgs, type Mechanism } from 'kafkajs';
import type { AccessTokens } from './access-token.ts';

// Not by name: Node does not find this export of the CommonJS module.
const { KafkaJSConnectionError } = kafkajs;

/** Bytes of the length that kafkajs wants before what goes out, and gives before what comes in. */
const LENGTH_BYTES = 4;
const LONGEST_REASON = 300;
/** Separates the parts of a message; alone it ends an exchange that failed. */
const SEPARATOR = '\u0001';

/**
 * kafkajs authenticates with it at every connection, and again before the broker ends the session. A refusal is no final
 * failure: the next token may do better, and a broker learns of new signing keys only after a while.
 */
export function oauthBearer(tokens: AccessTokens): Mechanism {
  return {
    mechanism: 'oauthbearer',
    authenticationProvider: ({ saslAuthenticate }) => ({
      async authenticate() {
        const token = await tokens.get().catch(async (error: unknown) => {
          await giveUp(saslAuthenticate);
          throw error;
        });
        const refusal = await saslAuthenticate({
          request: message(`n,,${SEPARATOR}auth=Bearer ${token}${SEPARATOR}${SEPARATOR}`),
          response: { decode: (raw) => raw.subarray(LENGTH_BYTES), parse: String },
        });
        if (!refusal) return;
        tokens.forget(token);
        await giveUp(saslAuthenticate);
        const reason = refusal.slice(0, LONGEST_REASON);
        throw new KafkaJSConnectionError(`the broker does not accept the token of kafka.sasl.tokenUrl: ${reason}`);
      },
    }),
  };
}

/** Ends the exchange: the broker answers with an error and closes the connection, so that the next one is a new one. */
async function giveUp(saslAuthenticate: AuthenticationProviderArgs['saslAuthenticate']): Promise<void> {
  await saslAuthenticate({ request: message(SEPARATOR) }).catch(() => {});
}

function message(text: string): { encode(): Buffer } {
  return {
    encode() {
      const content = Buffer.from(text);
      const length = Buffer.alloc(LENGTH_BYTES);
      length.writeInt32BE(content.length);
      return Buffer.concat([length, content]);
    },
  };
}
