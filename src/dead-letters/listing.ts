/** Dead letters as a table: counted, or one by one. Pure. */
import { maskText } from '../ops/masking.ts';
import type { OpenLetter } from './letter-log.ts';

export interface LetterGroup {
  readonly code: string;
  readonly portal: string | null;
  readonly mapping: string | null;
  /** How long ago they were buried, such as `a day to a week`. */
  readonly age: string;
  readonly count: number;
  /** Epoch milliseconds. */
  readonly oldest: number;
  readonly newest: number;
  /** Those that were redriven before. */
  readonly redriven: number;
  /** Those that may have been sent again by a redrive that was interrupted. */
  readonly inDoubt: number;
}

const HOUR = 3_600_000;
const AGES = [
  { below: HOUR, name: 'under an hour' },
  { below: 24 * HOUR, name: 'an hour to a day' },
  { below: 7 * 24 * HOUR, name: 'a day to a week' },
  { below: Number.POSITIVE_INFINITY, name: 'over a week' },
] as const;

/** Counted by code, portal, mapping and age; the most first. @param now epoch milliseconds */
export function groupLetters(letters: readonly OpenLetter[], now: number): LetterGroup[] {
  const groups = new Map<string, LetterGroup>();
  for (const letter of letters) {
    const { code, portal = null, mapping = null, time } = letter;
    const age = AGES.find(({ below }) => now - time < below)?.name ?? '';
    const key = JSON.stringify([code, portal, mapping, age]);
    const group = groups.get(key) ?? { ...{ code, portal, mapping, age }, ...EMPTY };
    groups.set(key, {
      ...group,
      count: group.count + 1,
      oldest: Math.min(group.oldest, time),
      newest: Math.max(group.newest, time),
      redriven: group.redriven + (letter.redrives > 0 ? 1 : 0),
      inDoubt: group.inDoubt + (letter.isIssued ? 1 : 0),
    });
  }
  return [...groups.values()].sort((left, right) => right.count - left.count || left.oldest - right.oldest);
}

const EMPTY = { count: 0, oldest: Number.POSITIVE_INFINITY, newest: 0, redriven: 0, inDoubt: 0 } as const;

export function groupTable(groups: readonly LetterGroup[]): string[] {
  return table(
    ['COUNT', 'CODE', 'PORTAL', 'MAPPING', 'AGE', 'OLDEST', 'NEWEST', 'REDRIVEN', 'IN DOUBT'],
    groups.map(({ count, code, portal, mapping, age, oldest, newest, redriven, inDoubt }) => [
      String(count),
      code,
      portal ?? '-',
      mapping ?? '-',
      age,
      new Date(oldest).toISOString(),
      new Date(newest).toISOString(),
      String(redriven),
      String(inDoubt),
    ]),
  );
}

/** A line for each. An id may be a number; it is shown masked unless `reveal`. */
export function letterTable(letters: readonly OpenLetter[], reveal: boolean): string[] {
  return table(
    ['OFFSET', 'TIME', 'CODE', 'PORTAL', 'CALL', 'SOURCE', 'REDRIVES'],
    letters.map((letter) => [
      `${letter.partition}:${letter.offset}`,
      new Date(letter.time).toISOString(),
      letter.code + (letter.isIssued ? ' (in doubt)' : ''),
      letter.portal ?? '-',
      shownId(letter, reveal) ?? '-',
      `${letter.source.topic}/${letter.source.partition}@${letter.source.offset}`,
      String(letter.redrives),
    ]),
  );
}

/** The letter as JSON. */
export function letterJson(letter: OpenLetter, reveal: boolean): object {
  const externalCallId = shownId(letter, reveal) ?? null;
  return { ...letter, portal: letter.portal ?? null, mapping: letter.mapping ?? null, externalCallId };
}

function shownId({ externalCallId }: OpenLetter, reveal: boolean): string | undefined {
  return externalCallId === undefined || reveal ? externalCallId : maskText(externalCallId);
}

function table(head: readonly string[], rows: readonly (readonly string[])[]): string[] {
  const widths = head.map((title, column) => Math.max(title.length, ...rows.map((row) => row[column]?.length ?? 0)));
  return [head, ...rows].map((row) =>
    row
      .map((cell, column) => cell.padEnd(widths[column] ?? 0))
      .join('  ')
      .trimEnd(),
  );
}
