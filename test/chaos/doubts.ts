/** Counts the calls that are in doubt each time an instance is gone without having drained. */
import { type Clock, wait } from '../../src/clock.ts';

export interface Doubts {
  /** Counts those of an instance that has just been killed, frozen, or has ended badly. */
  add(clientId: string): Promise<number>;
  /** Sum so far. */
  readonly total: number;
}

const RETRY_MS = 200;

/** @param inDoubtOf asks the broker; it is asked again while it is down: until it is back nothing can be committed */
export function countDoubts(
  inDoubtOf: (clientId: string) => Promise<number>,
  clock: Clock,
  signal: AbortSignal,
): Doubts {
  let total = 0;
  return {
    async add(clientId) {
      for (;;) {
        try {
          const count = await inDoubtOf(clientId);
          total += count;
          return count;
        } catch {
          await wait(clock, RETRY_MS, signal);
        }
      }
    },
    get total() {
      return total;
    },
  };
}
