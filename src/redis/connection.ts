/** The connection to Redis or Valkey: one for all portals, opened once, opened again by itself. */
import { createClient } from '@redis/client';
import { CallmatchError, messageOf } from '../errors.ts';

/** A Lua script, kept by the server under its hash. */
export interface Script {
  readonly text: string;
  readonly sha1: string;
}

export interface RedisConnection extends AsyncDisposable {
  /** Runs a script in one round trip. Rejects at once while there is no connection. */
  run(script: Script, keys: readonly string[], args: readonly string[]): Promise<unknown>;
}

/** A command without an answer for so long has failed, milliseconds. */
const TIMEOUT_MS = 2_000;
const RECONNECT_MS = { first: 50, longest: 2_000 } as const;

/**
 * Throws `dependency-missing` when the server cannot be reached or lets us not in.
 * @param failed told of every lost connection
 */
export async function connectRedis(url: string, failed: (error: unknown) => void): Promise<RedisConnection> {
  let isOpen = false;
  const client = createClient({
    url,
    // A command that waits for a connection would take its slots long after it was asked for.
    disableOfflineQueue: true,
    socket: {
      connectTimeout: TIMEOUT_MS,
      reconnectStrategy: (retries) =>
        isOpen ? Math.min(RECONNECT_MS.longest, RECONNECT_MS.first * 2 ** Math.min(retries, 10)) : false,
    },
  });
  client.on('error', (error) => {
    if (isOpen) failed(error);
  });
  try {
    await client.connect();
    isOpen = true;
  } catch (error) {
    // Never the URL: it has the password.
    throw new CallmatchError('dependency-missing', `Redis does not answer: ${messageOf(error)}`, { cause: error });
  }
  const abortable = client.withAbortSignal.bind(client);
  return {
    async run({ text, sha1 }, keys, args) {
      const options = { keys: [...keys], arguments: [...args] };
      const bounded = abortable(AbortSignal.timeout(TIMEOUT_MS));
      try {
        return await bounded.evalSha(sha1, options);
      } catch (error) {
        if (!messageOf(error).startsWith('NOSCRIPT')) throw error;
        return await bounded.eval(text, options);
      }
    },
    async [Symbol.asyncDispose]() {
      isOpen = false;
      client.destroy();
    },
  };
}
