import { describe, expect, it } from 'vitest';
import { onAbort, untilAborted, waitingFor } from '../../src/abort.ts';

it('runs what waits for an abort, once and in order, but for what was taken back', () => {
  const stop = new AbortController();
  const ran: number[] = [];
  const run = (n: number) => () => ran.push(n);
  onAbort(stop.signal, run(1));
  const takeBack = onAbort(stop.signal, run(2));
  onAbort(stop.signal, run(3));
  takeBack();
  takeBack();
  expect([waitingFor(stop.signal), ran]).toEqual([2, []]);
  stop.abort();
  stop.abort();
  expect([waitingFor(stop.signal), ran]).toEqual([0, [1, 3]]);
});

it('lets a task take back another one that has not run yet', () => {
  const stop = new AbortController();
  const ran: number[] = [];
  onAbort(stop.signal, () => takeBack());
  const takeBack = onAbort(stop.signal, () => ran.push(2));
  stop.abort();
  expect(ran).toEqual([]);
});

it('does not take one signal for another', () => {
  const [stop, other] = [new AbortController(), new AbortController()];
  const ran: string[] = [];
  onAbort(stop.signal, () => ran.push('stop'));
  onAbort(other.signal, () => ran.push('other'));
  other.abort();
  expect(ran).toEqual(['other']);
});

it('listens once, however many wait: an EventTarget looks through all of them each time', () => {
  const stop = new AbortController();
  let listeners = 0;
  const add = stop.signal.addEventListener.bind(stop.signal);
  stop.signal.addEventListener = (...args: Parameters<typeof add>) => {
    listeners += 1;
    add(...args);
  };
  const takeBack = Array.from({ length: 10_000 }, () => onAbort(stop.signal, () => {}));
  for (const one of takeBack) one();
  expect([listeners, waitingFor(stop.signal)]).toEqual([1, 0]);
});

describe('untilAborted', () => {
  it('gives what the promise gives, and leaves nothing behind', async () => {
    const { signal } = new AbortController();
    expect(await untilAborted(Promise.resolve(7), signal)).toBe(7);
    expect(waitingFor(signal)).toBe(0);
  });

  it('rejects with the reason of the abort', async () => {
    const controller = new AbortController();
    const never = untilAborted(new Promise(() => {}), controller.signal);
    const reason = new Error('over');
    controller.abort(reason);
    await expect(never).rejects.toBe(reason);
    await expect(untilAborted(Promise.resolve(), controller.signal)).rejects.toBe(reason);
  });
});

it('leaves no failure without a listener where the signal has aborted already', async () => {
  const unheard: unknown[] = [];
  const hear = (error: unknown) => unheard.push(error);
  process.on('unhandledRejection', hear);
  await expect(untilAborted(Promise.reject(new Error('late')), AbortSignal.abort('over'))).rejects.toBe('over');
  await new Promise(setImmediate);
  process.off('unhandledRejection', hear);
  expect(unheard).toEqual([]);
});
