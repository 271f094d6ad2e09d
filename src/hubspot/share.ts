/**
 * What part of a portal's quota an instance has, in whole slots. Pure.
 *
 * The slots of a quota sit evenly on a circle of length 1. An instance has arcs of it, and with them the slots that lie
 * there: arcs that do not overlap never hold more slots than there are, and no slot is rounded away. The slots go round
 * the circle slowly, so that each instance has its exact share over time (decision 0014).
 */

/** A part of the circle, 0 to 1: `from` belongs to it, `to` does not. */
export interface Arc {
  readonly from: number;
  readonly to: number;
}

/** Arcs that do not overlap; those of all instances together do not overlap either. */
export type Share = readonly Arc[];

export const WHOLE: Share = [{ from: 0, to: 1 }];
export const NOTHING: Share = [];

/**
 * The share of whoever has these parts (partitions) of so many.
 * @param parts from 0 to `count` - 1, in any order
 */
export function shareOf(parts: Iterable<number>, count: number): Share {
  const arcs: Arc[] = [];
  for (const part of [...new Set(parts)].sort((a, b) => a - b)) {
    const from = part / count;
    const before = arcs.at(-1);
    if (before?.to === from) arcs.pop();
    arcs.push({ from: before?.to === from ? before.from : from, to: (part + 1) / count });
  }
  return arcs;
}

/** The share within an arc instead of the whole circle: in a quota that is divided first, as between lanes. */
export function within(outer: Arc, share: Share): Share {
  const place = (at: number) => outer.from + at * (outer.to - outer.from);
  return share.map(({ from, to }) => ({ from: place(from), to: place(to) }));
}

/** The slots of a whole quota, and how long each takes to the place of the next. */
export interface Ring {
  readonly slots: number;
  /**
   * Whole milliseconds. Phases, how far the slots have gone round, are whole milliseconds as well, so that all is reckoned
   * in whole numbers: no rounding makes a slot, and a change comes at the moment that was told. Whole steps change nothing.
   */
  readonly step: number;
}

/** Slots that lie in the share. */
export function slotsIn(share: Share, { slots, step }: Ring, phase: number): number {
  const part = remainder(phase, step);
  let count = 0;
  for (const { from, to } of share) {
    count +=
      Math.ceil((Math.round(slots * to * step) - part) / step) -
      Math.ceil((Math.round(slots * from * step) - part) / step);
  }
  return count;
}

/** The fewest slots that lie in the share while the phase goes from one value to another. */
export function fewestSlotsIn(share: Share, ring: Ring, from: number, to: number): number {
  let fewest = slotsIn(share, ring, from);
  for (const arc of share) {
    const left = from + untilPassed(arc.to, ring, from);
    if (left <= to) fewest = Math.min(fewest, slotsIn(share, ring, left));
  }
  return fewest;
}

/** How far the phase has to go until a slot enters or leaves the share; infinite when none ever does. */
export function untilChange(share: Share, ring: Ring, phase: number): number {
  let next = Number.POSITIVE_INFINITY;
  for (const { from, to } of share) next = Math.min(next, untilPassed(from, ring, phase), untilPassed(to, ring, phase));
  return next;
}

/** How far it is until the next slot comes to a place on the circle; at least one millisecond. */
function untilPassed(place: number, { slots, step }: Ring, phase: number): number {
  return remainder(Math.round(slots * place * step) - phase, step) || step;
}

/** Between 0 and one step, of negative numbers too. */
function remainder(phase: number, step: number): number {
  return ((phase % step) + step) % step;
}
