/** Arithmetic with shares: each is a set of points of the quota's circle, as arcs in ascending order. Pure. */
import type { Arc, Share } from '../hubspot/share.ts';

/** Nothing shorter is kept: it is what rounding leaves, and no slot is that short. */
const SHORTEST = 1e-9;
/** Cuts are made on this grid, so that what one instance cuts off reads the same everywhere. */
const GRID = 1e6;

/** How much of the whole circle it is, 0 to 1. */
export function sizeOf(share: Share): number {
  return share.reduce((sum, { from, to }) => sum + (to - from), 0);
}

export function union(...shares: readonly Share[]): Share {
  const joined: Arc[] = [];
  for (const arc of shares.flat().toSorted((a, b) => a.from - b.from)) {
    const last = joined.at(-1);
    if (last !== undefined && arc.from <= last.to) {
      joined[joined.length - 1] = { from: last.from, to: Math.max(last.to, arc.to) };
    } else joined.push(arc);
  }
  return joined.filter(({ from, to }) => to - from > SHORTEST);
}

/** What is in `share` and not in `removed`. */
export function subtract(share: Share, removed: Share): Share {
  let left = share;
  for (const { from, to } of removed) {
    left = left.flatMap((arc) => [
      { from: arc.from, to: Math.min(arc.to, from) },
      { from: Math.max(arc.from, to), to: arc.to },
    ]);
    left = left.filter((arc) => arc.to - arc.from > SHORTEST);
  }
  return left;
}

/** What is in both. */
export function overlap(a: Share, b: Share): Share {
  return subtract(a, subtract(a, b));
}

export function isSame(a: Share, b: Share): boolean {
  return a.length === b.length && a.every(({ from, to }, n) => from === b[n]?.from && to === b[n]?.to);
}

/**
 * The highest part of a share that has this size; all of it when it is smaller. The highest, because who has the
 * beginning of the circle can ask how much of the quota is left: that stays with the live processes.
 */
export function lastOf(share: Share, size: number): Share {
  const part: Arc[] = [];
  let missing = size;
  for (const { from, to } of share.toReversed()) {
    if (missing <= SHORTEST) break;
    const start = to - from <= missing ? from : Math.ceil((to - missing) * GRID) / GRID;
    if (start < to) part.unshift({ from: start, to });
    missing -= to - from;
  }
  return part;
}

/** Brings a share to a size with as little change as can be: what is too much is left, what is missing comes from `free`. */
export function adjust(current: Share, free: Share, size: number): Share {
  const missing = size - sizeOf(current);
  return missing <= 0 ? lastOf(current, size) : union(current, lastOf(subtract(free, current), missing));
}
