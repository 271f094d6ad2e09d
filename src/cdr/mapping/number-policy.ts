/** What becomes of calls that cannot be looked up, because there is no number to do it with. Pure. */
import type { SkipReason } from '../call.ts';

/** Why a party has no number. */
export type NumberFault = 'withheld' | 'masked' | 'emergency' | 'short' | 'impossible';

/**
 * `publish`: skipped, and the outcome tells the readers of the topic. `skip`: skipped and only counted. `bury`: the
 * record goes to the dead letters.
 */
export const NUMBER_POLICIES = ['publish', 'skip', 'bury'] as const;
export type NumberPolicy = (typeof NUMBER_POLICIES)[number];
export type NumberPolicies = Readonly<Record<NumberFault, NumberPolicy>>;

/** A caller who hides is nobody's mistake; digits that are no number may be one in the mapping. */
export const DEFAULT_NUMBER_POLICIES: NumberPolicies = {
  withheld: 'publish',
  masked: 'publish',
  emergency: 'publish',
  short: 'bury',
  impossible: 'bury',
};

/** The reasons are a closed list; `filtered` is what the configuration wants away. */
export function reasonOf(fault: NumberFault): SkipReason {
  return fault === 'short' || fault === 'impossible' ? 'filtered' : fault;
}
