/** A token source that can be replaced while calls wait for a token. */
import type { TokenSource } from './auth.ts';

export interface ChangingToken extends TokenSource {
  /** From now on tokens come from this source; who waits, waits for it. */
  change(source: TokenSource): void;
}

export function createChangingToken(first: TokenSource): ChangingToken {
  let source = first;
  let replaced = new AbortController();
  return {
    token: () => source.token(),
    reject: (token) => source.reject(token),
    async ready(signal) {
      for (;;) {
        const { signal: end } = replaced;
        try {
          return await source.ready(AbortSignal.any([signal, end]));
        } catch (error) {
          if (signal.aborted || !end.aborted) throw error;
        }
      }
    },
    change(next) {
      source = next;
      replaced.abort(new Error('the credentials have changed'));
      replaced = new AbortController();
    },
  };
}
