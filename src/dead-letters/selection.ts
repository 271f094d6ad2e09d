/** Which dead letters a command is about. Pure. */
import { CallmatchError } from '../errors.ts';
import type { Letter } from './letter.ts';

/** All that are given must hold; a list holds when one of it does. */
export interface LetterFilter {
  readonly codes?: readonly string[] | undefined;
  readonly portals?: readonly string[] | undefined;
  readonly externalIds?: readonly string[] | undefined;
  /** Places in the dead-letter topic. */
  readonly places?: readonly LetterPlace[] | undefined;
  /** When they were buried, epoch milliseconds: from then on, and before then. */
  readonly from?: number | undefined;
  readonly to?: number | undefined;
}

export interface LetterPlace {
  readonly partition: number;
  readonly offset: number;
}

export function createLetterFilter(filter: LetterFilter): (letter: Letter) => boolean {
  const codes = setOf(filter.codes);
  const portals = setOf(filter.portals);
  const ids = setOf(filter.externalIds);
  const places = setOf(filter.places?.map(({ partition, offset }) => `${partition}:${offset}`));
  const { from = Number.NEGATIVE_INFINITY, to = Number.POSITIVE_INFINITY } = filter;
  return (letter) =>
    (codes?.has(letter.code) ?? true) &&
    (portals?.has(letter.portal ?? '') ?? true) &&
    (ids?.has(letter.externalCallId ?? '') ?? true) &&
    (places?.has(`${letter.partition}:${letter.offset}`) ?? true) &&
    letter.time >= from &&
    letter.time < to;
}

/** Reads `PARTITION:OFFSET`, as `dlq list --each` shows it. Throws `offsets-invalid`. */
export function parsePlace(text: string): LetterPlace {
  const [, partition, offset] = /^(\d{1,6}):(\d{1,15})$/.exec(text) ?? [];
  if (partition === undefined || offset === undefined) {
    throw new CallmatchError('offsets-invalid', `--offset ${text}: expected PARTITION:OFFSET, such as 0:42`);
  }
  return { partition: Number(partition), offset: Number(offset) };
}

function setOf(values: readonly string[] | undefined): ReadonlySet<string> | undefined {
  return values === undefined ? undefined : new Set(values);
}
