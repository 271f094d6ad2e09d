/** How calls end that nobody answered. Pure data. */
import type { FinalCallStatus } from './call.ts';

/**
 * How a call ended: one of HubSpot's words, or an ending that HubSpot has several words for, so that a mapping may
 * choose. `otherLeg`: the record is of a leg that ended because the call went on or was taken on another one.
 */
export type Ending = FinalCallStatus | 'gaveUp' | 'timedOut' | 'declined' | 'otherLeg';
export const ENDINGS = ['gaveUp', 'timedOut', 'declined', 'otherLeg'] as const satisfies readonly Ending[];

/** What a SIP code or a Q.850 cause says of a call that was not answered. */
export interface ReleaseCause {
  /** For people: `SIP 486`, `Q.850 17 USER_BUSY`, or the name as the source wrote it. */
  readonly word: string;
  /** Undefined when it does not tell how the call ended. */
  readonly ending?: Ending;
  /** What to take it for when nothing else tells how the call ended. */
  readonly lastResort?: FinalCallStatus;
}
