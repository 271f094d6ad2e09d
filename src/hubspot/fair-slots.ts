/**
 * Bounds the requests on the wire, of each portal and of all together, so that portals that hang do not hold up one
 * that works.
 *
 * A portal may hold as many slots as are free (the dynamic threshold of shared-memory switches: Choudhury and Hahne
 * 1998), so that the more portals take all they can get, the less each has. That settles only after the first requests
 * have ended: until then the earliest could have taken nearly all. So a part is reserved for portals that hold nothing,
 * one slot each. Who waits is served in turns, portal by portal; one that holds nothing first.
 */

/** Most requests at a time. */
export interface SlotBounds {
  readonly perPortal: number;
  readonly total: number;
}

/** The slots of one portal. */
export interface PortalSlots {
  /** Runs the work as soon as there is a slot: first come, first served within the portal. */
  readonly run: <T>(work: () => T | PromiseLike<T>) => Promise<T>;
  /** Works under way. */
  readonly activeCount: number;
  /** Works that wait. */
  readonly pendingCount: number;
}

export interface FairSlots {
  /** Slots for one more portal. What holds and waits for nothing costs nothing. */
  open(): PortalSlots;
}

/** Part of all slots that only a portal's first request may take. */
const RESERVED = 1 / 4;

interface Holder {
  held: number;
  /** Works that wait, oldest first. */
  readonly queue: Set<() => void>;
}

export function createFairSlots({ perPortal, total }: SlotBounds): FairSlots {
  let free = total;
  const reserved = Math.floor(total * RESERVED);
  /** Portals with works that wait, the next in turn first: those that hold nothing, and the others. */
  const empty = new Set<Holder>();
  const holding = new Set<Holder>();

  const mayTake = ({ held }: Holder): boolean => (held === 0 ? free > 0 : held < Math.min(perPortal, free - reserved));

  /** Whose turn it is. Of those that hold something there are never more than slots. */
  const next = (): Holder | undefined => {
    if (free === 0) return undefined;
    for (const holder of empty) return holder;
    for (const holder of holding) if (mayTake(holder)) return holder;
    return undefined;
  };

  /** Puts a portal at the end of the row it belongs to. */
  const queueUp = (holder: Holder) => {
    empty.delete(holder);
    holding.delete(holder);
    if (holder.queue.size > 0) (holder.held === 0 ? empty : holding).add(holder);
  };

  const serve = () => {
    for (let holder = next(); holder !== undefined; holder = next()) {
      for (const start of holder.queue) {
        holder.queue.delete(start);
        start();
        break;
      }
      queueUp(holder);
    }
  };

  const runNow = async <T>(holder: Holder, work: () => T | PromiseLike<T>): Promise<T> => {
    free -= 1;
    holder.held += 1;
    try {
      return await work();
    } finally {
      free += 1;
      holder.held -= 1;
      if (holder.held === 0 && holder.queue.size > 0) queueUp(holder);
      serve();
    }
  };

  return {
    open() {
      const holder: Holder = { held: 0, queue: new Set() };
      return {
        run(work) {
          // Whoever waits may not go yet: so nobody is overtaken but within the portal, and there nobody waits.
          if (holder.queue.size === 0 && mayTake(holder)) return runNow(holder, work);
          return new Promise((resolve) => {
            holder.queue.add(() => resolve(runNow(holder, work)));
            if (holder.queue.size === 1) queueUp(holder);
          });
        },
        get activeCount() {
          return holder.held;
        },
        get pendingCount() {
          return holder.queue.size;
        },
      };
    },
  };
}
