import { setFlagsFromString } from 'node:v8';
import { runInNewContext } from 'node:vm';
import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import { createKeyOrder } from '../../../src/delivery/key-order.ts';
import { settled } from '../../support/manual-clock.ts';

function setUp() {
  const crashes: unknown[] = [];
  return { order: createKeyOrder((error) => crashes.push(error)), crashes };
}

/** A task that ends when the test says so. */
function task(log: string[], name: string) {
  const ended = Promise.withResolvers<void>();
  return {
    name,
    isEnded: false,
    run: async () => {
      log.push(name);
      await ended.promise;
    },
    end: ended.resolve,
    fail: ended.reject,
  };
}

describe('KeyOrder', () => {
  it('runs tasks of one key one after the other, other keys and no key beside them', async () => {
    const { order } = setUp();
    const log: string[] = [];
    const [a1, a2, b1, free] = ['a1', 'a2', 'b1', 'free'].map((name) => task(log, name));
    if (!a1 || !a2 || !b1 || !free) throw new Error('four tasks');
    order.run(['a'], a1.run);
    order.run(['a'], a2.run);
    order.run(['b'], b1.run);
    order.run([], free.run);
    expect(log).toEqual(['a1', 'b1', 'free']);
    expect(order.size).toBe(4);
    a1.end();
    await settled();
    expect(log).toEqual(['a1', 'b1', 'free', 'a2']);
    expect(order.size).toBe(3);
  });

  it('goes on after a task that failed, and tells of it', async () => {
    const { order, crashes } = setUp();
    const log: string[] = [];
    const mistake = new Error('a mistake');
    order.run(['a'], () => Promise.reject(mistake));
    order.run(['a'], task(log, 'next').run);
    order.run([], () => {
      throw mistake;
    });
    await settled();
    expect(crashes).toEqual([mistake, mistake]);
    expect(log).toEqual(['next']);
  });

  it('is idle at once, and again when the last task has ended', async () => {
    const { order } = setUp();
    await order.idle();
    const last = task([], 'last');
    order.run(['a'], last.run);
    let isIdle = false;
    void order.idle().then(() => {
      isIdle = true;
    });
    await settled();
    expect(isIdle).toBe(false);
    last.end();
    await settled();
    expect(isIdle).toBe(true);
    await order.idle();
  });

  it('keeps nothing of a key whose tasks have ended', async () => {
    setFlagsFromString('--expose-gc');
    const collect: unknown = runInNewContext('gc');
    const heap = async () => {
      await settled();
      if (typeof collect === 'function') collect();
      return process.memoryUsage().heapUsed;
    };
    const { order } = setUp();
    const run = (key: number) => order.run([`key ${key}`], () => Promise.resolve());
    run(-1);
    const before = await heap();
    for (let key = 0; key < 100_000; key += 1) run(key);
    const bytesPerKey = ((await heap()) - before) / 100_000;
    expect(order.size).toBe(0);
    expect(bytesPerKey).toBeLessThan(20);
  });

  it('keeps the order of every key and holds up no other, whatever ends when', async () => {
    const steps = fc.array(
      fc.oneof(
        { weight: 3, arbitrary: fc.record({ keys: fc.subarray(['a', 'b', 'c']) }) },
        { weight: 2, arbitrary: fc.record({ end: fc.nat(), fails: fc.boolean() }) },
      ),
      { maxLength: 60 },
    );
    await fc.assert(
      fc.asyncProperty(steps, async (list) => {
        const { order, crashes } = setUp();
        const log: string[] = [];
        const tasks: (ReturnType<typeof task> & { keys: readonly string[] })[] = [];
        let failed = 0;
        const running = () => tasks.filter(({ name, isEnded }) => log.includes(name) && !isEnded);
        const end = async (one: ReturnType<typeof task> | undefined, fails: boolean) => {
          if (one === undefined) return;
          one.isEnded = true;
          if (fails) failed += 1;
          if (fails) one.fail(new Error(one.name));
          else one.end();
          await settled();
        };
        for (const step of list) {
          if ('keys' in step) {
            const one = { ...task(log, `task ${tasks.length}`), keys: step.keys };
            tasks.push(one);
            order.run(step.keys, one.run);
          } else await end(running()[step.end % Math.max(1, running().length)], step.fails);
          const open = tasks.filter(({ isEnded }) => !isEnded);
          expect(order.size).toBe(open.length);
          // A task runs exactly when no open one before it shares a key.
          const heads = open.filter(
            ({ keys }, n) => !open.slice(0, n).some((one) => one.keys.some((key) => keys.includes(key))),
          );
          expect(new Set(running())).toEqual(new Set(heads));
        }
        for (let one = running()[0]; one !== undefined; one = running()[0]) await end(one, false);
        for (const key of ['a', 'b', 'c']) {
          const wanted = tasks.filter(({ keys }) => keys.includes(key)).map(({ name }) => name);
          expect(log.filter((name) => wanted.includes(name))).toEqual(wanted);
        }
        expect(order.size).toBe(0);
        expect(crashes.length).toBe(failed);
      }),
    );
  });
});

it('tells when what shares a key by now has ended', async () => {
  const order = createKeyOrder(() => expect.unreachable());
  expect(order.after(['a'])).toBeUndefined();
  const { promise, resolve } = Promise.withResolvers<void>();
  order.run(['a'], () => promise);
  let isOver = false;
  const over = order.after(['a', 'b'])?.then(() => {
    isOver = true;
  });
  expect(order.after(['b'])).toBeUndefined();
  await Promise.resolve();
  expect(isOver).toBe(false);
  resolve();
  await over;
  expect(order.after(['a'])).toBeUndefined();
});
