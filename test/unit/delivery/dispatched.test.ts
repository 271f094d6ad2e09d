import { expect, it } from 'vitest';
import { dispatched } from '../../../src/delivery/dispatched.ts';

const { signal } = new AbortController();

it('asks again until the claim is granted', async () => {
  const answers: (true | Promise<boolean>)[] = [Promise.resolve(false), Promise.resolve(true), true];
  let waits = 0;
  const permission = {
    granted: () => true,
    async wait() {
      waits += 1;
    },
    claim: () => answers.shift() ?? true,
  };
  await dispatched({ permission, signal });
  expect([waits, answers]).toEqual([3, []]);
});

it('ends with the reason of the abort', async () => {
  const lost = new Error('lost');
  const permission = { granted: () => false, wait: async () => {}, claim: () => Promise.resolve(false) };
  await expect(dispatched({ permission, signal: AbortSignal.abort(lost) })).rejects.toBe(lost);
});
