/** Words of a closed vocabulary, which every source spells in its own way. Pure. */

/**
 * The same text for every spelling of a word: case, blanks, `-`, `_` and `.` do not matter. A word of nothing else
 * stands as it is.
 */
export function foldWord(word: string): string {
  return word.toLowerCase().replace(/[\s._-]+/g, '') || word;
}
