/**
 * The kinds of single values that the schema is made of. `form` says in words what is allowed: the error message and
 * the reference page both show it, so it is written once, beside the rule.
 */
import { z } from 'zod';

/** Marks a value that must never be shown: masked in `config check`, never logged, and readable from a `…_FILE`. */
export const secret = () =>
  z
    .string()
    .min(1)
    .meta({ secret: true, examples: ['change-me'] });

/** A string of a given form. `form` completes the sentence "expected …". */
export const formed = (pattern: RegExp, form: string) => z.string().regex(pattern, form).meta({ form });

const DURATION = /^(\d+)(ms|s|m|h|d)$/;
const UNIT_MS: Record<string, number> = { d: 86_400_000, h: 3_600_000, m: 60_000, s: 1000, ms: 1 };

/**
 * A span of time written as `250ms`, `4s`, `10m`, `24h` or `7d`; milliseconds in the parsed config. A codec, so that
 * `config check` can write the parsed value back in the form of the file.
 */
export const duration = (fallback: `${number}${'ms' | 's' | 'm' | 'h' | 'd'}`) =>
  z
    .codec(formed(DURATION, 'a duration such as 250ms, 4s, 10m, 24h or 7d'), z.number(), {
      decode: (text) => {
        const [, count, unit] = DURATION.exec(text) ?? [];
        return Number(count) * (UNIT_MS[unit ?? ''] ?? Number.NaN);
      },
      encode: durationText,
    })
    .prefault(fallback);

const TIME_ZONE = 'an IANA time zone such as Europe/Zurich';

/** A time zone by its name. */
export const timeZone = () =>
  z
    .string()
    .refine((zone) => zone === 'UTC' || Intl.supportedValuesOf('timeZone').includes(zone), TIME_ZONE)
    .meta({ form: TIME_ZONE, examples: ['Europe/Zurich'] });

/** Writes milliseconds in the largest unit that divides them: 90000 is `90s`, 120000 is `2m`. */
function durationText(ms: number): string {
  const [unit, length] = Object.entries(UNIT_MS).find(([, length]) => ms > 0 && ms % length === 0) ?? ['ms', 1];
  return `${ms / length}${unit}`;
}

/** A part of a whole. */
export const part = (fallback: number) =>
  z.number().min(0).max(1).default(fallback).meta({ form: 'a number from 0 to 1' });

/** Whether its numbers can be read is found out at the start: the numbering plans take long to load. */
export const country = () =>
  formed(/^[A-Z]{2}$/, 'an ISO 3166 country such as US or CH').meta({
    form: 'an ISO 3166 country such as US or CH',
    examples: ['US'],
  });

export const hostAndPort = () => formed(/^[^\s/:]+:\d+$/, 'host:port');

/** A topic name as Kafka allows it. */
export const topicName = () =>
  formed(/^(?!\.{1,2}$)[A-Za-z0-9._-]{1,249}$/, 'a topic name (letters, digits, ".", "_" and "-")');

const LOOPBACK = /^(localhost|127(\.\d+){3}|\[::1\])$/;

export const isLoopback = (hostname: string): boolean => LOOPBACK.test(hostname);

/** Plain `http://` would send a bearer token in the clear, so it is allowed to the loopback only. */
export const baseUrl = () =>
  url(
    'https://, or http:// to the loopback',
    ({ protocol, hostname }) => protocol === 'https:' || isLoopback(hostname),
  );

/** A URL without `user:password@`: what is written there would show up wherever the URL is shown. */
export const httpUrl = () => url('a URL with http:// or https://, without user and password', () => true);

function url(form: string, fits: (url: URL) => boolean) {
  return z
    .string()
    .refine((text) => {
      const url = URL.parse(text);
      return url !== null && /^https?:$/.test(url.protocol) && url.username === '' && url.password === '' && fits(url);
    }, form)
    .meta({ form, format: 'uri' });
}
