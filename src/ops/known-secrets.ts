/**
 * Takes known values out of texts, in a time that does not grow with their number: thousands of portals have as many
 * tokens, and every log line passes here. Pure but for what was added.
 */

export interface KnownSecrets {
  /** From now on these are taken out, too. Such with fewer than 6 characters are left alone. */
  add(secrets: Iterable<string>): void;
  /** The text with each of them replaced, also as it stands within JSON. A line of JSON stays valid JSON. */
  mask(text: string): string;
}

/** Shortest secret, and length of the beginnings by which they are found. */
const BEGINNING = 6;

/** Secrets that begin alike. */
interface Bucket {
  /** Of the secrets, longest first. */
  lengths: readonly number[];
  /** What stands for each of them. */
  readonly masks: Map<string, string>;
}

/** @param mask what stands for a secret; it has no quote and no backslash */
export function createKnownSecrets(mask: string): KnownSecrets {
  const buckets = new Map<string, Bucket>();

  const addForm = (form: string, replacement: string) => {
    const beginning = form.slice(0, BEGINNING);
    const bucket = buckets.get(beginning) ?? { lengths: [], masks: new Map<string, string>() };
    buckets.set(beginning, bucket);
    bucket.masks.set(form, replacement);
    if (!bucket.lengths.includes(form.length)) {
      bucket.lengths = [...bucket.lengths, form.length].sort((one, other) => other - one);
    }
  };

  return {
    add(secrets) {
      for (const secret of secrets) {
        if (secret.length < BEGINNING) continue;
        // One that looks like a number might stand as a number in JSON.
        const replacement = /^-?[\d.]+$/.test(secret) ? '9'.repeat(secret.length) : mask;
        addForm(JSON.stringify(secret).slice(1, -1), replacement);
        addForm(secret, replacement);
      }
    },
    mask(text) {
      if (buckets.size === 0) return text;
      let masked = '';
      let end = 0;
      for (let at = 0; at <= text.length - BEGINNING; at += 1) {
        const bucket = buckets.get(text.slice(at, at + BEGINNING));
        if (bucket === undefined) continue;
        for (const length of bucket.lengths) {
          const replacement = bucket.masks.get(text.slice(at, at + length));
          if (replacement === undefined) continue;
          masked += text.slice(end, at) + replacement;
          end = at + length;
          at = end - 1;
          break;
        }
      }
      return end === 0 ? text : masked + text.slice(end);
    },
  };
}
