/** What people and scripts read of a replay: how far it is, and what came of it. Pure. */
import { roundedTime } from '../rounded-time.ts';

/** Calls by their end so far, in this process. */
export interface ReplayCounts {
  readonly read: number;
  readonly enriched: number;
  /** Records that are part of a call of several; undefined where there can be none. */
  readonly folded?: number;
  /** By reason. */
  readonly skipped: Readonly<Record<string, number>>;
  /** By error code. */
  readonly buried: Readonly<Record<string, number>>;
  /** Requests that HubSpot has answered. */
  readonly requests: number;
}

export interface ReplayProgress {
  /** Offsets of the ranges that are behind the group, of all its processes. */
  readonly done: number;
  readonly all: number;
  /** Offsets a second, of late. */
  readonly perSecond: number;
  /** Milliseconds to the end at this pace; undefined while nothing moves. */
  readonly leftMs: number | undefined;
  /** Requests a second of this process, of late. */
  readonly requestsPerSecond: number;
  readonly counts: ReplayCounts;
}

export interface ReplaySummary {
  readonly group: string;
  readonly ranges: readonly {
    readonly topic: string;
    readonly partition: number;
    readonly from: number;
    readonly to: number;
  }[];
  readonly offsets: number;
  readonly isFinished: boolean;
  readonly seconds: number;
  readonly counts: ReplayCounts;
  /** Ids that found no room in memory: a repeat of such a call at another offset was sent again. */
  readonly droppedIds: number;
}

const BAR_CELLS = 24;

/** One line for a terminal. */
export function progressLine({ done, all, perSecond, leftMs, requestsPerSecond, counts }: ReplayProgress): string {
  const part = all === 0 ? 1 : Math.min(1, done / all);
  const filled = Math.floor(part * BAR_CELLS);
  return [
    `[${'#'.repeat(filled)}${'.'.repeat(BAR_CELLS - filled)}] ${(Math.floor(part * 1000) / 10).toFixed(1)} %`,
    `${grouped(done)} of ${grouped(all)}`,
    `${grouped(Math.round(perSecond))}/s`,
    `requests ${requestsPerSecond.toFixed(1)}/s`,
    `left ${leftMs === undefined ? 'unknown' : roundedTime(leftMs)}`,
    `enriched ${grouped(counts.enriched)}`,
    `skipped ${grouped(totalOf(counts.skipped))}`,
    `buried ${grouped(totalOf(counts.buried))}`,
  ].join('  ');
}

/** The same as one line of JSON. */
export function progressJson(progress: ReplayProgress): string {
  const { perSecond, requestsPerSecond, leftMs } = progress;
  return JSON.stringify({
    ...progress,
    perSecond: rounded(perSecond),
    requestsPerSecond: rounded(requestsPerSecond),
    leftMs: leftMs === undefined ? null : Math.round(leftMs),
  });
}

export function summaryLines({ group, offsets, isFinished, seconds, counts, droppedIds }: ReplaySummary): string[] {
  const details = (each: Readonly<Record<string, number>>) =>
    Object.entries(each)
      .sort(([, left], [, right]) => right - left)
      .map(([name, count]) => `${grouped(count).padStart(14)}  ${name}`);
  return [
    isFinished
      ? `The replay is done: ${grouped(offsets)} offsets in ${roundedTime(seconds * 1000)}.`
      : `The replay stopped after ${roundedTime(seconds * 1000)}. The same command goes on where it is.`,
    `Group ${group}. Ends of calls in this process:`,
    `${grouped(counts.enriched).padStart(12)}  enriched`,
    ...((counts.folded ?? 0) > 0
      ? [`${grouped(counts.folded ?? 0).padStart(12)}  folded into another record's call`]
      : []),
    `${grouped(totalOf(counts.skipped)).padStart(12)}  skipped`,
    ...details(counts.skipped),
    `${grouped(totalOf(counts.buried)).padStart(12)}  buried`,
    ...details(counts.buried),
    `${grouped(counts.requests).padStart(12)}  requests to HubSpot`,
    ...(droppedIds > 0
      ? [`${grouped(droppedIds)} ids found no room (--ids): a second record of such a call may have been sent.`]
      : []),
  ];
}

export function totalOf(counts: Readonly<Record<string, number>>): number {
  return Object.values(counts).reduce((sum, count) => sum + count, 0);
}

/** `1,234,567`, in any locale. */
function grouped(count: number): string {
  return String(count).replace(/\B(?=(\d{3})+$)/g, ',');
}

function rounded(value: number): number {
  return Math.round(value * 10) / 10;
}
