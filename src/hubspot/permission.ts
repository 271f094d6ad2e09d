/**
 * Whether a call may be sent now. Whoever owns its partition says so; here it is only asked, as late as possible: what
 * is sent after the partition has gone to another member may be sent twice.
 */

/**
 * Whether a request may be sent for this call at this very moment (its partition is owned, its lease is fresh, its
 * offset lies below the dispatch ceiling).
 */
export interface Permission {
  granted(): boolean;
  /** Resolves when it may be granted again; rejects when the signal aborts. */
  wait(signal: AbortSignal): Promise<void>;
  /**
   * Asked last, with quota and slot in hand, right before a request that may write. `true`: it goes, and counts as sent.
   * A promise: it has to be written down first that it may have been sent. That takes some milliseconds, and what is in
   * hand is kept meanwhile; resolves with true when it is worth to ask again, with false when all should be given back.
   */
  claim(): true | Promise<boolean>;
}

/** For calls that nobody else could send. */
export const ALWAYS_GRANTED: Permission = { granted: () => true, wait: () => Promise.resolve(), claim: () => true };
