/**
 * Call-detail records of real shape, oddities included, each with the end that it must come to. Seeded: the same seed
 * gives the same records. Pure.
 */
import { asteriskScenarios } from './traffic-asterisk.ts';
import { canonicalScenarios } from './traffic-canonical.ts';
import type { Scene, TrafficRecord } from './traffic-record.ts';

/** An endless sequence of calls, each as its records. @param start epoch milliseconds of the first call */
export function* createTraffic(seed: number, start: number): Generator<readonly TrafficRecord[], never> {
  const random = mulberry32(seed);
  const scenarios = [...canonicalScenarios, ...asteriskScenarios];
  // Each as often as its weight says: picking one is picking an entry.
  const deck = scenarios.flatMap((scenario) => Array.from({ length: scenario.weight }, () => scenario));
  const pick = (count: number) => Math.floor(random() * count);
  for (let number = 0; ; number += 1) {
    const scene: Scene = {
      id: `${seed}-${number}`,
      pick,
      oneOf: (entries) => entries[pick(entries.length)] ?? entries[0],
      startedAt: start + number * 50,
    };
    yield deck[pick(deck.length)]?.records(scene) ?? [];
  }
}

/** A small generator with a good spread; 32 bits of state are plenty for a demo. */
function mulberry32(seed: number): () => number {
  let state = seed | 0;
  return () => {
    state = (state + 0x6d2b79f5) | 0;
    let mixed = Math.imul(state ^ (state >>> 15), 1 | state);
    mixed = (mixed + Math.imul(mixed ^ (mixed >>> 7), 61 | mixed)) ^ mixed;
    return ((mixed ^ (mixed >>> 14)) >>> 0) / 2 ** 32;
  };
}
