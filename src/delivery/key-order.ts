/**
 * Runs tasks that share a key one after the other, in the order they came, and all others side by side.
 * A key costs nothing while nothing of it is running.
 */
export interface KeyOrder {
  /**
   * Runs the task when all that came before and share one of its keys have ended, however they ended; without keys at
   * once. It can never wait for a task that came later, so nothing waits for itself.
   */
  run(keys: readonly string[], task: () => Promise<void>): void;
  /** Resolves when all that share one of the keys by now have ended; undefined when there are none. */
  after(keys: readonly string[]): Promise<unknown> | undefined;
  /** Tasks running or waiting. */
  readonly size: number;
  /** Resolves when nothing runs or waits. */
  idle(): Promise<void>;
}

export function createKeyOrder(onCrash: (error: unknown) => void): KeyOrder {
  const tails = new Map<string, Promise<void>>();
  let size = 0;
  let idle = Promise.withResolvers<void>();

  const guarded = async (task: () => Promise<void>) => {
    try {
      await task();
    } catch (error) {
      // A task settles its record itself; an error that gets here is a mistake in the code, and must not pass unseen.
      onCrash(error);
    } finally {
      size -= 1;
      if (size === 0) {
        idle.resolve();
        idle = Promise.withResolvers<void>();
      }
    }
  };

  return {
    get size() {
      return size;
    },
    after(keys) {
      const before = keys.flatMap((key) => tails.get(key) ?? []);
      return before.length === 0 ? undefined : Promise.all(before);
    },
    idle: () => (size === 0 ? Promise.resolve() : idle.promise),
    run(keys, task) {
      size += 1;
      const before = keys.flatMap((key) => tails.get(key) ?? []);
      const tail = before.length === 0 ? guarded(task) : Promise.all(before).then(() => guarded(task));
      for (const key of keys) tails.set(key, tail);
      void tail.then(() => {
        for (const key of keys) if (tails.get(key) === tail) tails.delete(key);
      });
    },
  };
}
