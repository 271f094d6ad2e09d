/** Percent-encoded texts. Pure. */

/** The text decoded once; a `%` that begins no valid sequence stays as it is, and so does `+`. */
export function decodePercent(text: string): string {
  if (!text.includes('%')) return text;
  return decoded(text) ?? text.replace(/(?:%[\dA-Fa-f]{2})+/g, (sequence) => decoded(sequence) ?? sequence);
}

function decoded(text: string): string | undefined {
  try {
    return decodeURIComponent(text);
  } catch {
    return undefined;
  }
}
