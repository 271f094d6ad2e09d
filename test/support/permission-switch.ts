/** A permission that a test gives and takes away. */
import type { Permission } from '../../src/hubspot/permission.ts';

export class PermissionSwitch implements Permission {
  #isGranted: boolean;
  /** In the order of their coming. */
  readonly #waiters = new Set<() => void>();
  readonly #claimers = new Set<(isWorthIt: boolean) => void>();
  /** Claims wait until they are answered. */
  isSlow = false;
  /** Claims that were allowed: as many requests should have gone. */
  claimed = 0;

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

  /** Claims that wait for an answer. */
  get claiming(): number {
    return this.#claimers.size;
  }

  claim(): true | Promise<boolean> {
    if (!this.#isGranted) return Promise.resolve(false);
    if (this.isSlow) return new Promise((resolve) => this.#claimers.add(resolve));
    this.claimed += 1;
    return true;
  }

  /** Answers the claims that wait, and lets the next ones pass. */
  answer(isWorthIt: boolean): void {
    this.isSlow = false;
    for (const resolve of this.#claimers) resolve(isWorthIt);
    this.#claimers.clear();
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
