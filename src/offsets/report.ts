/** What `callmatch offsets` prints, for people and as JSON. Pure. */
import type { Group, GroupPosition } from '../kafka/group-offsets.ts';
import { isChange, type Move } from './plan.ts';
import { type Standing, standingOf } from './standing.ts';

/** `Group callmatch: Stable, 1 member (callmatch at 10.0.0.7)` */
export function groupLine(groupId: string, { state, members }: Group): string {
  const who = members.map(({ clientId, host }) => `${clientId} at ${host}`).join(', ');
  const count = `${members.length} member${members.length === 1 ? '' : 's'}`;
  return `Group ${groupId}: ${state}, ${count}${who === '' ? '' : ` (${who})`}`;
}

const HEADINGS = ['topic', 'partition', 'committed', 'start', 'end', 'lag', 'lost', 'metadata', 'done behind', ''];
/** Columns of words; the others hold numbers. */
const WORDS = new Set(['topic', 'metadata', '']);

const NOTES: Record<Standing['state'], string> = {
  'in-range': '',
  uncommitted: 'nothing committed yet',
  'before-start': 'OUT OF RANGE: deleted by retention before it was read',
  'beyond-end': 'OUT OF RANGE: beyond the end; was the topic made anew?',
};

/** The partitions as aligned columns, a line each, below their headings. */
export function positionTable(positions: readonly GroupPosition[]): string[] {
  const rows = positions.map((position) => {
    const { topic, partition, committed, start, end } = position;
    const { state, lag, lost, metadata, doneBehind } = standingOf(position);
    const numbers = [partition, committed.offset, start, end, lag, lost].map((number) => String(number ?? '-'));
    return [topic, ...numbers, metadata, String(doneBehind), NOTES[state]];
  });
  const table = [HEADINGS.map((heading) => heading.toUpperCase()), ...rows];
  const widths = HEADINGS.map((_, column) => Math.max(...table.map((row) => row[column]?.length ?? 0)));
  return table.map((row) => {
    const cells = row.map((cell, column) => {
      const width = widths[column] ?? 0;
      return WORDS.has(HEADINGS[column] ?? '') ? cell.padEnd(width) : cell.padStart(width);
    });
    return cells.join('  ').trimEnd();
  });
}

export function positionJson(groupId: string, { state: groupState, members }: Group, position: GroupPosition): object {
  const { topic, partition, committed, start, end } = position;
  const { lag, ...standing } = standingOf(position);
  return {
    ...{ group: groupId, groupState, members: members.length, topic, partition },
    ...{ committed: committed.offset ?? null, start, end, lag: lag ?? null, ...standing },
  };
}

/** `calls.cdr/0: 120 -> 0` */
export function moveLine(move: Move): string {
  const { topic, partition, from, to, start, end } = move;
  const old = from.offset ?? 'nothing committed';
  if (from.offset !== undefined && to.offset === undefined)
    return `${topic}/${partition}: stays at ${old}; before it nothing was committed, which cannot be brought back`;
  if (!isChange(move)) return `${topic}/${partition}: unchanged (${old})`;
  const outside = isWithinTopic(move) ? '' : `, OUT OF RANGE: the topic has ${start} to ${end}`;
  const same = from.offset === to.offset ? ', with other metadata' : '';
  return `${topic}/${partition}: ${old} -> ${to.offset}${same}${outside}`;
}

export function moveJson(move: Move, backup: string | undefined): object {
  const { topic, partition, from, to } = move;
  const changed = isChange(move);
  return { topic, partition, from: from.offset ?? null, to: to.offset ?? null, changed, backup: backup ?? null };
}

/** Whether the group is now where it was to be, and can read there. */
export function isAchieved(move: Move): boolean {
  return move.to.offset === undefined ? move.from.offset === undefined : isWithinTopic(move);
}

function isWithinTopic({ to: { offset = 0 }, start, end }: Move): boolean {
  return offset >= start && offset <= end;
}
