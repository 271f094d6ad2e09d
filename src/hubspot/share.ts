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

/** Places and phases are reckoned in whole parts of the distance between two slots, so that no rounding makes a slot. */
const GRAIN = 1_000_000;
const grains = (distance: number) => Math.round(distance * GRAIN);

/**
 * Slots that lie in the share.
 * @param slots on the whole circle
 * @param phase how far they have gone round, in distances between two of them; its whole part changes nothing
 */
export function slotsIn(share: Share, slots: number, phase: number): number {
  return countAt(share, slots, grains(phase));
}

/** The fewest slots that lie in the share while the phase goes from one value to another. */
export function fewestSlotsIn(share: Share, slots: number, from: number, to: number): number {
  const [first, last] = [grains(from), grains(to)];
  let fewest = countAt(share, slots, first);
  for (const arc of share) {
    const left = first + untilPassed(arc.to, slots, first);
    if (left <= last) fewest = Math.min(fewest, countAt(share, slots, left));
  }
  return fewest;
}

/** How far the phase has to go until a slot enters or leaves the share; infinite when none ever does. */
export function untilChange(share: Share, slots: number, phase: number): number {
  const at = grains(phase);
  let next = Number.POSITIVE_INFINITY;
  for (const { from, to } of share) next = Math.min(next, untilPassed(from, slots, at), untilPassed(to, slots, at));
  return next / GRAIN;
}

function countAt(share: Share, slots: number, at: number): number {
  const part = remainder(at);
  let count = 0;
  for (const { from, to } of share) {
    count += Math.ceil((grains(slots * to) - part) / GRAIN) - Math.ceil((grains(slots * from) - part) / GRAIN);
  }
  return count;
}

/** How far it is, in grains, until the next slot comes to a place on the circle; at least one. */
function untilPassed(place: number, slots: number, at: number): number {
  return remainder(grains(slots * place) - at) || GRAIN;
}

/** Between 0 and one distance, of negative numbers too. */
function remainder(grain: number): number {
  return ((grain % GRAIN) + GRAIN) % GRAIN;
}
