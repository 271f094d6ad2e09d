/** Whether the numbers of a demo add up. Pure: what was expected and what was seen in; problems out. */

/** Calls by how they ended: `enriched`, `skipped not-inbound`, `buried undecodable`, … */
export type Ends = ReadonlyMap<string, number>;

export interface Evidence {
  /** What the traffic should have become. */
  readonly expected: Ends;
  /** What the processor counted. */
  readonly counted: Ends;
  /** Calls that the processor read. */
  readonly read: number;
  /** Records on the outcome topic: enriched, or skipped with a reason. */
  readonly published: Ends;
  /** Records on the dead-letter topics, by code. */
  readonly deadLetters: Ends;
  /** Engagements that the CRM made, and calls of which it made two. */
  readonly engagements: number;
  readonly repeated: number;
  /** Requests that the CRM refused because of the quota. */
  readonly throttled: number;
  /** Records that are not committed. */
  readonly uncommitted: number;
}

/** Reasons of skips that are published. */
const PUBLISHED = ['skipped withheld', 'skipped masked', 'skipped emergency', 'skipped revision', 'skipped in-doubt'];

/** One sentence for every number that does not add up; empty when all do. */
export function problemsOf(evidence: Evidence): string[] {
  const { expected, counted, read, published, deadLetters, engagements, repeated, throttled, uncommitted } = evidence;
  const enriched = counted.get('enriched') ?? 0;
  const sum = total(counted);
  const publishable = filtered(counted, (end) => end === 'enriched' || PUBLISHED.includes(end));
  const buried = filtered(counted, (end) => end.startsWith('buried '));
  return [
    ...(read === sum ? [] : [`${read} calls were read, but ${sum} ended`]),
    ...differences('ended as', expected, counted),
    ...differences('on the outcome topic as', publishable, published),
    ...differences('on the dead-letter topics as', buried, deadLetters),
    ...(engagements === enriched
      ? []
      : [`${enriched} calls were enriched, but the CRM has ${engagements} engagements`]),
    ...(repeated === 0 ? [] : [`the CRM has more than one engagement of ${repeated} calls`]),
    ...(throttled === 0 ? [] : [`the CRM refused ${throttled} requests because of the quota`]),
    ...(uncommitted === 0 ? [] : [`${uncommitted} records are not committed`]),
  ];
}

/** A counter of ends. */
export function tally(): { readonly ends: Ends; add(end: string, count?: number): void } {
  const ends = new Map<string, number>();
  return {
    ends,
    add: (end, count = 1) => {
      if (count > 0) ends.set(end, (ends.get(end) ?? 0) + count);
    },
  };
}

export function total(ends: Ends): number {
  return [...ends.values()].reduce((sum, count) => sum + count, 0);
}

function filtered(ends: Ends, keep: (end: string) => boolean): Ends {
  return new Map([...ends].filter(([end]) => keep(end)));
}

function differences(where: string, expected: Ends, seen: Ends): string[] {
  const all = new Set([...expected.keys(), ...seen.keys()]);
  return [...all]
    .filter((end) => (expected.get(end) ?? 0) !== (seen.get(end) ?? 0))
    .map((end) => `${seen.get(end) ?? 0} calls ${where} ${end}, expected ${expected.get(end) ?? 0}`);
}
