/** What a redrive is asked for, and what it is given. */
import type { Clock } from '../clock.ts';
import type { LetterFilter } from '../dead-letters/selection.ts';
import type { Log } from '../ops/telemetry.ts';
import type { ReplayProgress } from '../replay/report.ts';

export interface RedriveRequest {
  /** Source topics whose letters are meant. */
  readonly topics: readonly string[];
  readonly filter: LetterFilter;
  /** Ids of enriched calls that are remembered. */
  readonly ids: number;
  /** Port of the probes and metrics; 0 takes a free one. */
  readonly port: number;
}

export interface RedriveSurroundings {
  readonly log: Log;
  readonly clock: Clock;
  /** Aborts to stop before the end: what is on the wire ends, and that is written down. */
  readonly signal: AbortSignal;
  /** Told what was found out. */
  readonly step: (text: string) => void;
  /** Told how far the reading is. */
  readonly reading: (text: string) => void;
  readonly progress: (progress: ReplayProgress) => void;
}
