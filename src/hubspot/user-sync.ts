/**
 * The user table of a portal as HubSpot has it: read when a call needs it first, and kept. It has no timer: who calls
 * finds out that it is old, so ten thousand idle portals cost nothing. An old table is used until there is a new one.
 */
import type { Clock } from '../clock.ts';
import { createUserTable, type UserEntry, type UserTable } from './user-table.ts';

/** Longest that calls wait for the very first table, milliseconds; then they go without users. */
export const FIRST_WAIT_MS = 2_000;
/** Shortest time from one sync to the next, milliseconds, and the time from one that failed. */
export const PAUSE_MS = 60_000;

export interface UserSyncParts {
  /** Reads all users of the account. */
  readonly read: () => Promise<readonly UserEntry[]>;
  readonly clock: Clock;
  readonly synced: (users: number, ms: number) => void;
  /** @param isRepeated the try before has failed, too */
  readonly failed: (error: unknown, isRepeated: boolean) => void;
}

export interface UserSync {
  /** Table of the last sync that succeeded; undefined while there is none. Starts another one when it is due. */
  table(): UserTable | undefined;
  /** While calls wait for the first table: ends with it, with its failure, or when the wait is over. */
  readonly first: Promise<void> | undefined;
}

/** @param refresh age in milliseconds from which on a table is read anew; a minute at least */
export function createUserSync(refresh: number, { read, clock, synced, failed }: UserSyncParts): UserSync {
  let table: UserTable | undefined;
  let first: Promise<void> | undefined;
  let hasBegun = false;
  let isReading = false;
  let hasFailed = false;
  let due = Number.NEGATIVE_INFINITY;

  const sync = async (): Promise<void> => {
    isReading = true;
    const start = clock.now();
    try {
      table = createUserTable(await read());
      due = clock.now() + Math.max(refresh, PAUSE_MS);
      hasFailed = false;
      synced(table.size, clock.now() - start);
    } catch (error) {
      due = clock.now() + PAUSE_MS;
      failed(error, hasFailed);
      hasFailed = true;
    } finally {
      isReading = false;
    }
  };

  const begin = () => {
    hasBegun = true;
    const { promise, resolve } = Promise.withResolvers<void>();
    const end = () => {
      cancel();
      first = undefined;
      resolve();
    };
    const cancel = clock.after(FIRST_WAIT_MS, end);
    first = promise;
    void sync().then(end);
  };

  return {
    table() {
      if (!hasBegun) begin();
      else if (!isReading && clock.now() >= due) void sync();
      return table;
    },
    get first() {
      return first;
    },
  };
}
