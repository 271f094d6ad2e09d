/** What people and scripts read of a redrive. Pure. */

import type { ReplayCounts } from '../replay/report.ts';
import { roundedTime } from '../rounded-time.ts';

export interface RedriveSummary {
  /** Letters that were chosen. */
  readonly letters: number;
  /** Of them those that had an end by the time it was over. */
  readonly ended: number;
  /** Records written back to their source topic. */
  readonly written?: number;
  /** Of them those that could not be redriven, by reason. */
  readonly left: Readonly<Record<string, number>>;
  readonly isFinished: boolean;
  readonly seconds: number;
  readonly counts: ReplayCounts;
}

/** What can keep a letter from being redriven. */
const WHY: Readonly<Record<string, string>> = {
  'source-deleted': 'too large to be kept as a letter, and deleted from the source topic',
  'source-changed': 'too large to be kept as a letter, and the source topic has another record at its place',
  'letter-deleted': 'deleted from the dead-letter topic meanwhile',
  'portal-disabled': 'of a portal that is disabled',
  'has-the-call': 'of calls that HubSpot has: redrive them without --to-source',
  'in-doubt': 'that HubSpot may have: redrive them without --to-source',
  'several-calls': 'of records with several calls: redrive them without --to-source, or all calls go out again',
};

export function redriveLines({ letters, ended, written, left, isFinished, seconds, counts }: RedriveSummary): string[] {
  const rows = (each: Readonly<Record<string, number>>, indent: number) =>
    Object.entries(each).map(([name, count]) => `${String(count).padStart(indent)}  ${name}`);
  const total = (each: Readonly<Record<string, number>>) => Object.values(each).reduce((sum, count) => sum + count, 0);
  return [
    isFinished
      ? `The redrive is done: ${ended} of ${letters} dead letters have an end, in ${roundedTime(seconds * 1000)}.`
      : `The redrive stopped after ${roundedTime(seconds * 1000)}, with ${ended} of ${letters} dead letters at an end. The same command goes on.`,
    written === undefined
      ? `${String(counts.enriched).padStart(8)}  enriched`
      : `${String(written).padStart(8)}  written back to the source`,
    `${String(total(counts.skipped)).padStart(8)}  skipped`,
    ...rows(counts.skipped, 10),
    `${String(total(counts.buried)).padStart(8)}  buried again`,
    ...rows(counts.buried, 10),
    ...Object.entries(left).map(([why, count]) => `${String(count).padStart(8)}  left: ${WHY[why] ?? why}`),
  ];
}

/** Counts without the calls beside the chosen ones, which are counted as `filtered`. @param others how many those are */
export function withoutOthers({ read, skipped, ...rest }: ReplayCounts, others: number): ReplayCounts {
  const { filtered = 0, ...reasons } = skipped;
  const left = filtered - others;
  return { ...rest, read: read - others, skipped: left > 0 ? { ...reasons, filtered: left } : reasons };
}
