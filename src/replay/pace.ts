/** How fast something goes of late, and when it will be done. Pure. */

/** Long enough that a window of the quota does not show, short enough to follow a change. Milliseconds. */
const LATELY_MS = 30_000;

export interface Pace {
  /** @param done so far; it never falls. @param now `Clock.now` */
  note(done: number, now: number): void;
  /** A second, over the last half minute; 0 before two notes. */
  readonly perSecond: number;
  /** Milliseconds until `all` are done at this rate; undefined while nothing moves. */
  leftOf(all: number): number | undefined;
}

export function createPace(): Pace {
  let notes: { readonly done: number; readonly at: number }[] = [];
  const rate = () => {
    const [oldest, newest] = [notes[0], notes.at(-1)];
    if (oldest === undefined || newest === undefined || newest.at === oldest.at) return 0;
    return ((newest.done - oldest.done) * 1000) / (newest.at - oldest.at);
  };
  return {
    note(done, at) {
      notes.push({ done, at });
      // One from before the half minute stays, as where it began.
      const begin = notes.findLastIndex((note) => note.at <= at - LATELY_MS);
      if (begin > 0) notes = notes.slice(begin);
    },
    get perSecond() {
      return rate();
    },
    leftOf(all) {
      const perSecond = rate();
      const done = notes.at(-1)?.done ?? 0;
      if (done >= all) return 0;
      return perSecond <= 0 ? undefined : ((all - done) / perSecond) * 1000;
    },
  };
}
