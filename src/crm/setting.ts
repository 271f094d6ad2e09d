import { z } from 'zod';
import { CallmatchError } from '../errors.ts';

const UNIT_MS: Record<string, number> = { ms: 1, s: 1000, m: 60_000, h: 3_600_000, d: 86_400_000 };
const DURATION = /^(\d+)(ms|s|m|h|d)$/;

/** A span of time such as `250ms`, `2s`, `10m`, `24h` or `7d`; undefined if the text is none. */
export function durationMs(text: string): number | undefined {
  const [, count, unit] = DURATION.exec(text) ?? [];
  const unitMs = unit === undefined ? undefined : UNIT_MS[unit];
  return unitMs === undefined ? undefined : Number(count) * unitMs;
}

/**
 * A setting that people write as text, read by `parse`; undefined from it means that the text is no such setting.
 * @param syntax how the text should look; it becomes the message.
 */
export function textSetting<T>(parse: (text: string) => T | undefined, syntax: string) {
  return z.string().transform((text, context) => {
    const value = parse(text);
    if (value === undefined) {
      context.issues.push({ code: 'custom', input: text, message: `expected ${syntax}` });
      return z.NEVER;
    }
    return value;
  });
}

/** A span of time as people write it; milliseconds once read. */
export const duration = textSetting(durationMs, 'a duration such as 250ms, 2s, 10m or 24h');

/** Every mistake with its place, in one line. */
export function mistakesIn(error: z.ZodError): string {
  return error.issues
    .map(({ path, message }) => (path.length === 0 ? message : `${path.map(String).join('.')}: ${message}`))
    .join('; ');
}

/**
 * Reads a setting of the simulator.
 * @param what names the setting in the message.
 * @throws CallmatchError `simulator-invalid` that lists every mistake with its place.
 */
export function readSetting<T>(schema: z.ZodType<T>, value: unknown, what: string): T {
  const read = schema.safeParse(value);
  if (!read.success) throw new CallmatchError('simulator-invalid', `${what}: ${mistakesIn(read.error)}`);
  return read.data;
}
