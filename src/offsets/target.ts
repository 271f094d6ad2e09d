/** A place in a topic, as a person says it: where `offsets reset` moves a group, and what `preview` reads. */
import { z } from 'zod';
import { duration } from '../config/scalar.ts';
import { CallmatchError } from '../errors.ts';

export type OffsetTarget =
  | { readonly kind: 'earliest' | 'latest' }
  | { readonly kind: 'offset'; readonly offset: number }
  /** The first record of that time (epoch milliseconds) or a later one. */
  | { readonly kind: 'time'; readonly time: number };

const OFFSET = /^\d{1,15}$/;
const SPAN = duration('0ms');
/** To the minute, or finer. */
const TIME = z.union([z.iso.datetime({ offset: true, precision: -1 }), z.iso.datetime({ offset: true })]);

/**
 * Reads `earliest`, `latest`, an offset (`1200`), a time with its zone (`2026-11-02T09:00:00+01:00`) or how long ago
 * (`2h`, also `-2h`).
 * @param now epoch milliseconds
 * @param option whose value it is, for the message
 * @throws {CallmatchError} `offsets-invalid`, also for a time to come: it would skip everything
 */
export function parseTarget(text: string, now: number, option = '--to'): OffsetTarget {
  if (text === 'earliest' || text === 'latest') return { kind: text };
  if (OFFSET.test(text)) return { kind: 'offset', offset: Number(text) };
  const ago = SPAN.safeParse(text.replace(/^-/, ''));
  if (ago.success) return { kind: 'time', time: now - ago.data };
  if (!TIME.safeParse(text).success) {
    const forms = 'earliest, latest, an offset, a time such as 2026-11-02T09:00:00+01:00, or how long ago, such as 2h';
    throw new CallmatchError('offsets-invalid', `${option} ${text}: expected ${forms}`);
  }
  const time = Date.parse(text);
  if (time > now) throw new CallmatchError('offsets-invalid', `${option} ${text} is in the future; is its zone right?`);
  return { kind: 'time', time };
}
