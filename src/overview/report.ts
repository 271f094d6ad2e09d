/** The overview of a group as a person reads it. Pure. */
import { roundedTime } from '../rounded-time.ts';
import type { Overview } from './overview.ts';

/** Portals and partitions beyond so many are only counted: a person looks for what stands out, and that comes first. */
const MOST_ROWS = 20;

export function overviewLines(overview: Overview, now: number): string[] {
  const { group, state, members, lag, backlogMs, backlog, partitions, portals, deadLetters, instances } = overview;
  const oldest = overview.oldestUnfinishedMs;
  return [
    `Group ${group}: ${state}, ${members} member${members === 1 ? '' : 's'}`,
    `Backlog: ${lag} records, about ${roundedTime(backlogMs)} at the quota (estimate)`,
    `In flight: ${overview.inFlight} calls${oldest === undefined ? '' : `, the oldest for ${roundedTime(oldest)}`}`,
    `Parked: ${overview.parked}`,
    ...Object.entries(deadLetters).map(([topic, count]) => `Dead letters: ${count} records in ${topic}`),
    '',
    ...table(
      ['TOPIC', 'PARTITION', 'LAG', 'DONE BEHIND', 'SPAN', 'UNSETTLED', ''],
      partitions.toSorted(
        (left, right) => Number(right.isLost) - Number(left.isLost) || (right.lag ?? 0) - (left.lag ?? 0),
      ),
      ({ topic, partition, lag, doneBehind, span, unsettled, isLost }) => [
        topic,
        partition,
        lag ?? '-',
        doneBehind,
        span ?? '-',
        unsettled ?? '-',
        isLost ? 'STOPPED: records were deleted before they were read (callmatch offsets show)' : '',
      ],
      'partitions',
    ),
    ...(backlog.length === 0
      ? []
      : [
          '',
          ...table(
            ['BACKLOG OF (ESTIMATE)', 'RECORDS', 'TIME AT THE QUOTA'],
            backlog,
            ({ portal, records, ms }) => [portal, records, roundedTime(ms)],
            'portals',
          ),
        ]),
    '',
    ...table(
      ['PORTAL', 'STATE', 'BREAKER', 'WAITING', 'PARKED', 'WHY'],
      portals,
      ({ name, state, breaker, waiting, parked, reason, since }) => [
        name,
        state,
        breaker,
        waiting,
        parked,
        reason === undefined ? '' : `${reason} for ${roundedTime(Math.max(0, now - (since ?? now)))}`,
      ],
      'portals',
    ),
    '',
    ...table(
      ['INSTANCE', 'VERSION', 'PARTITIONS', 'IN FLIGHT', ''],
      instances,
      ({ url, status, notReady, failure }) => [
        url,
        status?.version ?? '-',
        status?.partitions.length ?? '-',
        status?.inFlight ?? '-',
        failure ?? (notReady.length > 0 ? `not ready: ${notReady.join(', ')}` : ''),
      ],
      'instances',
    ),
    ...(members > instances.filter((instance) => instance.status !== undefined).length
      ? ['', 'Not every member could be asked: name their addresses with --instance.']
      : []),
  ];
}

/** Aligned columns under their headings: the first is of words, the last may be, the others hold numbers or one word. */
function table<Row>(
  headings: readonly string[],
  rows: readonly Row[],
  cellsOf: (row: Row) => readonly (string | number)[],
  what: string,
): string[] {
  const shown = rows.slice(0, MOST_ROWS).map((row) => cellsOf(row).map(String));
  const all = [[...headings], ...shown];
  const widths = headings.map((_, column) => Math.max(...all.map((row) => row[column]?.length ?? 0)));
  const lines = all.map((row) =>
    row
      .map((cell, column) => cell.padEnd(widths[column] ?? 0))
      .join('  ')
      .trimEnd(),
  );
  return rows.length > shown.length ? [...lines, `and ${rows.length - shown.length} more ${what}`] : lines;
}
