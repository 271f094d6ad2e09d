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
}

/** For calls that nobody else could send. */
export const ALWAYS_GRANTED: Permission = { granted: () => true, wait: () => Promise.resolve() };
