/** A permission that a test gives and takes away. */
import type { Permission } from '../../src/hubspot/permission.ts';

export class Switch implements Permission {
  #isGranted: boolean;
  /** In the order of their coming. */
  readonly #waiters = new Set<() => void>();

  constructor(isGranted: boolean) {
    this.#isGranted = isGranted;
  }

  /** Calls that wait for it. */
  get waiting(): number {
    return this.#waiters.size;
  }

  granted(): boolean {
    return this.#isGranted;
  }

  wait(signal: AbortSignal): Promise<void> {
    return new Promise((resolve, reject) => {
      if (signal.aborted) return reject(signal.reason);
      const go = () => {
        signal.removeEventListener('abort', onAbort);
        resolve();
      };
      const onAbort = () => {
        this.#waiters.delete(go);
        reject(signal.reason);
      };
      signal.addEventListener('abort', onAbort, { once: true });
      this.#waiters.add(go);
    });
  }

  claim(): true | Promise<boolean> {
    return this.#isGranted || Promise.resolve(false);
  }

  grant(): void {
    this.#isGranted = true;
    for (const go of this.#waiters) go();
    this.#waiters.clear();
  }

  withdraw(): void {
    this.#isGranted = false;
  }
}
