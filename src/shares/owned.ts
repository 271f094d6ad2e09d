/** What part of a portal's quota the partitions of an instance stand for. Pure. */
import { NOTHING, type Share, shareOf } from '../hubspot/share.ts';

interface Assigned {
  readonly topic: string;
  readonly partition: number;
}

/** A source, as far as it tells whose its records can be. */
export interface SourceOfCalls {
  readonly topic: string;
  /** With a `name` if all of them are one portal's. */
  readonly portal?: object | undefined;
}

/** The topics whose records can belong to the portal: those that name it, and those that name none. */
export function topicsOf(portal: string, sources: readonly SourceOfCalls[]): readonly string[] {
  const mayHaveIts = ({ portal: named }: SourceOfCalls) =>
    named === undefined || !('name' in named) || named.name === portal;
  return sources.filter(mayHaveIts).map(({ topic }) => topic);
}

/**
 * The share of whoever has these partitions of these topics. All partitions count alike, whatever comes on them.
 * @param counts partitions of each topic; all instances must know the same, else their shares overlap
 */
export function ownedShare(
  topics: readonly string[],
  counts: ReadonlyMap<string, number>,
  assigned: readonly Assigned[],
): Share {
  const parts: number[] = [];
  let before = 0;
  // The same order everywhere, however the configuration lists them.
  for (const topic of topics.toSorted()) {
    const ours = assigned.filter((one) => one.topic === topic).map(({ partition }) => partition);
    // A partition that nobody has told us of yet: then there are at least so many.
    const count = Math.max(counts.get(topic) ?? 0, ...ours.map((partition) => partition + 1));
    parts.push(...ours.map((partition) => before + partition));
    before += count;
  }
  return before === 0 ? NOTHING : shareOf(parts, before);
}
