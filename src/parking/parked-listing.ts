/** What stands in parked partitions, counted by portal and reason. Pure. */
import type { ReadRecord } from '../kafka/range-reader.ts';
import { ownHeaders } from '../outcome/dead-letter.ts';
import { readParked } from '../outcome/parked-call.ts';
import { ParkedScan } from './parked-scan.ts';

export interface ParkedGroup {
  readonly portal: string;
  /** Why they were parked: an error code. */
  readonly code: string;
  readonly count: number;
  /** When they were parked, epoch milliseconds. */
  readonly oldest: number;
  readonly newest: number;
  /** HubSpot may have them: they are looked up before they are sent. */
  readonly inDoubt: number;
}

/** Takes the log of one parked partition, which may hold the calls of several source partitions. */
export class ParkedListing {
  readonly #group: string;
  readonly #scans = new Map<string, ParkedScan>();
  readonly #parked = new Map<number, { readonly code: string; readonly time: number }>();

  /** @param group of the service */
  constructor(group: string) {
    this.#group = group;
  }

  read(record: ReadRecord): void {
    const origin = readParked(record.headers);
    if (origin !== undefined) {
      const { topic, partition } = origin.source;
      const name = `${partition} ${topic}`;
      if (!this.#scans.has(name)) this.#scans.set(name, new ParkedScan(this.#group, { topic, partition }));
      const { code = 'unknown', time = '' } = ownHeaders(record.headers);
      const at = Date.parse(time);
      this.#parked.set(record.offset, { code, time: Number.isNaN(at) ? record.timestamp : at });
    }
    // A ledger record is about the calls of one source partition: each scan takes its own.
    for (const scan of this.#scans.values()) scan.read(record);
  }

  /** Calls without an end; the most first. */
  groups(): ParkedGroup[] {
    const groups = new Map<string, ParkedGroup>();
    for (const scan of this.#scans.values()) {
      const { index } = scan.finish();
      for (const portal of index.portals()) {
        for (const offset of index.next(portal, Number.MAX_SAFE_INTEGER)) {
          const { code = 'unknown', time = 0 } = this.#parked.get(offset) ?? {};
          const doubt = index.doubtSince(offset) === undefined ? 0 : 1;
          addTo(groups, { portal, code, count: 1, oldest: time, newest: time, inDoubt: doubt });
        }
      }
    }
    return [...groups.values()].sort((left, right) => right.count - left.count);
  }
}

/** The groups of several partitions as those of all. */
export function sumGroups(all: readonly ParkedGroup[]): ParkedGroup[] {
  const groups = new Map<string, ParkedGroup>();
  for (const group of all) addTo(groups, group);
  return [...groups.values()].sort((left, right) => right.count - left.count);
}

/** A line for each, for people. */
export function parkedLines(groups: readonly ParkedGroup[]): string[] {
  const isoTime = (ms: number) => new Date(ms).toISOString();
  return groups.map(({ portal, code, count, oldest, newest, inDoubt }) => {
    const doubt = inDoubt > 0 ? `, ${inDoubt} of them in doubt` : '';
    return `${String(count).padStart(8)}  ${portal}  ${code}, from ${isoTime(oldest)} to ${isoTime(newest)}${doubt}`;
  });
}

function addTo(groups: Map<string, ParkedGroup>, group: ParkedGroup): void {
  const key = `${group.portal} ${group.code}`;
  const known = groups.get(key);
  if (known === undefined) groups.set(key, group);
  else {
    groups.set(key, {
      ...known,
      count: known.count + group.count,
      oldest: Math.min(known.oldest, group.oldest),
      newest: Math.max(known.newest, group.newest),
      inDoubt: known.inDoubt + group.inDoubt,
    });
  }
}
