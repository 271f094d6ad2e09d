/** "Did you mean …": the known name that is nearest to a mistyped one. */

/** Share of a name's letters that may be wrong in a name that was meant. */
const TOLERANCE = 0.4;

/** The candidate with the fewest edits; undefined when there are no candidates. The first one wins a tie. */
export function nearest(name: string, candidates: Iterable<string>): string | undefined {
  let best: { candidate: string; distance: number } | undefined;
  for (const candidate of candidates) {
    const distance = editDistance(plain(name), plain(candidate));
    if (best === undefined || distance < best.distance) best = { candidate, distance };
  }
  return best?.candidate;
}

/** The candidate that begins like the name, else the nearest one if it is near enough that it was probably meant. */
export function probablyMeant(name: string, candidates: readonly string[]): string | undefined {
  const candidate = nearest(name, candidates);
  if (candidate === undefined) return undefined;
  const begun =
    plain(name).length < 3 ? undefined : [...candidates].find((other) => plain(other).startsWith(plain(name)));
  if (begun !== undefined) return begun;
  const tolerance = Math.max(1, Math.floor(Math.max(name.length, candidate.length) * TOLERANCE));
  return editDistance(plain(name), plain(candidate)) <= tolerance ? candidate : undefined;
}

/** Case and separators are what people get wrong most, so they do not count. */
const plain = (name: string) => name.toLowerCase().replaceAll(/[-_]/g, '');

/** Fewest insertions, deletions and replacements that turn one word into the other (Levenshtein). */
function editDistance(one: string, other: string): number {
  let row = Array.from({ length: other.length + 1 }, (_, index) => index);
  for (const [index, letter] of [...one].entries()) {
    const next = [index + 1];
    for (const [column, otherLetter] of [...other].entries()) {
      const replaced = (row[column] ?? 0) + (letter === otherLetter ? 0 : 1);
      next.push(Math.min(replaced, (row[column + 1] ?? 0) + 1, (next[column] ?? 0) + 1));
    }
    row = next;
  }
  return row.at(-1) ?? 0;
}
