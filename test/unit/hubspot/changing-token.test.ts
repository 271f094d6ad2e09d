import { expect, it } from 'vitest';
import { staticToken, type TokenSource } from '../../../src/hubspot/auth.ts';
import { createChangingToken } from '../../../src/hubspot/changing-token.ts';

/** Has no token, and never will. */
const NEVER: TokenSource = {
  token: () => undefined,
  ready: (signal) => new Promise((_, reject) => signal.addEventListener('abort', () => reject(signal.reason))),
  reject: () => true,
};

it('gives what its source gives', async () => {
  const token = createChangingToken(staticToken('first'));
  await token.ready(new AbortController().signal);
  expect([token.token(), token.reject('first')]).toEqual(['first', false]);
});

it('lets whoever waits wait for the new source', async () => {
  const token = createChangingToken(NEVER);
  const waiting = token.ready(new AbortController().signal);
  token.change(NEVER);
  token.change(staticToken('second'));
  await waiting;
  expect([token.token(), token.reject('first')]).toEqual(['second', false]);
});

it('ends the waiting with its caller, and with a failure of the source that is there', async () => {
  const token = createChangingToken(NEVER);
  const stop = new AbortController();
  const waiting = token.ready(stop.signal);
  stop.abort(new Error('the process stops'));
  await expect(waiting).rejects.toThrow('the process stops');
  token.change({ ...NEVER, ready: () => Promise.reject(new Error('refused')) });
  await expect(token.ready(new AbortController().signal)).rejects.toThrow('refused');
});
