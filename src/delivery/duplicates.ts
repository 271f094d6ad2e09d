/**
 * Calls that succeeded of late, so that a second record of one makes no second engagement. Bounded by count and time;
 * what is older can only be known by a look-up at the CRM. Pure.
 */
import { hash } from 'node:crypto';
import { createBoundedCache } from '../cdr/bounded-cache.ts';

export type Repeat = 'duplicate' | 'revision';

export interface Duplicates {
  /** What a call is, compared with the ones that succeeded: undefined when it is the first. */
  check(key: string, fingerprint: string): Repeat | undefined;
  /** The call succeeded, `age` milliseconds ago (default 0; below 0, where a clock elsewhere is ahead, is 0). */
  remember(key: string, fingerprint: string, age?: number): void;
}

export interface DuplicateLimits {
  /** Most calls remembered; the half of them that was seen last certainly is. */
  readonly calls: number;
  /** Milliseconds after which a call is forgotten. */
  readonly age: number;
}

export function createDuplicates(limits: DuplicateLimits, now: () => number): Duplicates {
  const succeeded = createBoundedCache<string, { readonly fingerprint: string; readonly at: number }>(limits.calls);
  return {
    check(key, fingerprint) {
      const known = succeeded.get(key);
      if (known === undefined || now() - known.at >= limits.age) return undefined;
      return known.fingerprint === fingerprint ? 'duplicate' : 'revision';
    },
    remember(key, fingerprint, age = 0) {
      // What is read back may be too old to count, or older than what is known by now.
      if (age >= limits.age) return;
      const at = now() - Math.max(0, age);
      if (at < (succeeded.get(key)?.at ?? at)) return;
      succeeded.set(key, { fingerprint, at });
    },
  };
}

/**
 * What calls are compared by: 64 bits, a chance of one in four billion to take a revision among 100,000 calls for a
 * duplicate.
 */
export function fingerprintOf(material: string): string {
  return hash('sha1', material, 'base64url').slice(0, 11);
}
