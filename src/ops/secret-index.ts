/**
 * Which of many secrets may stand in a text, without looking for each: with thousands of portals, a single log line
 * would take as long as a request. Pure.
 */

/** Characters by which a secret is found; `maskText` leaves shorter ones alone. */
const KEY_LENGTH = 6;

/** Gives the secrets that `maskText` would find in the text, in the order of the list, and maybe some more. */
export function createSecretIndex(secrets: readonly string[]): (text: string) => readonly string[] {
  const byKey = new Map<string, Set<number>>();
  for (const [place, secret] of secrets.entries()) {
    if (secret.length < KEY_LENGTH) continue;
    // As it is, and as it stands within JSON.
    for (const form of [secret, JSON.stringify(secret).slice(1, -1)]) {
      const key = form.slice(0, KEY_LENGTH);
      const places = byKey.get(key) ?? new Set();
      byKey.set(key, places.add(place));
    }
  }
  return (text) => {
    const found = new Set<number>();
    for (let start = 0; start <= text.length - KEY_LENGTH; start += 1) {
      for (const place of byKey.get(text.slice(start, start + KEY_LENGTH)) ?? []) found.add(place);
    }
    return [...found].sort((a, b) => a - b).flatMap((place) => secrets[place] ?? []);
  };
}
