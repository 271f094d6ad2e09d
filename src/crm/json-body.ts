/** Reads JSON request bodies, and says in HubSpot's form what is wrong with them. */
import type { z } from 'zod';
import { type Answer, type ErrorDetail, invalid } from './answer.ts';

/** What a body was read as: the value, or the answer to a body that cannot be read. */
export type ReadBody<T> = { readonly ok: true; readonly value: T } | { readonly ok: false; readonly answer: Answer };

const refuse = (answer: Answer): ReadBody<never> => ({ ok: false, answer });

/** Whether the place that an issue names holds nothing. */
function isMissing(value: unknown, path: readonly PropertyKey[]): boolean {
  const [key, ...rest] = path;
  if (key === undefined) return value === undefined;
  if (typeof value !== 'object' || value === null) return value === undefined;
  return isMissing(Reflect.get(value, key), rest);
}

/** zod's kinds of issue, in the words of an API that checks property values. */
const CODES: Partial<Record<z.core.$ZodIssue['code'], string>> = {
  invalid_type: 'INVALID_TYPE',
  invalid_value: 'INVALID_OPTION',
  invalid_format: 'INVALID_FORMAT',
  too_big: 'OUT_OF_RANGE',
  too_small: 'OUT_OF_RANGE',
};

function detailOf(issue: z.core.$ZodIssue, value: unknown): ErrorDetail & { readonly in: string } {
  const place = issue.path.map(String).join('.');
  if (isMissing(value, issue.path)) {
    return { message: `Some required fields were not set: [${place}]`, code: 'REQUIRED_FIELD', in: place };
  }
  return { message: `${place || 'body'}: ${issue.message}`, code: CODES[issue.code] ?? 'INVALID', in: place };
}

/** The first mistake as a sentence; a list of the missing fields if there are any, as HubSpot's JSON layer does. */
function summaryOf(errors: readonly (ErrorDetail & { readonly in: string })[]): string {
  const missing = errors.filter(({ code }) => code === 'REQUIRED_FIELD').map((error) => error.in);
  const what =
    missing.length > 0 ? `Some required fields were not set: [${missing.join(', ')}]` : (errors[0]?.message ?? '');
  return `Invalid input JSON. ${what}`;
}

/** Parses a JSON body and checks it. What is wrong is answered with 400 and every mistake in `errors[]`. */
export function readJson<T>(schema: z.ZodType<T>, body: string): ReadBody<T> {
  let value: unknown;
  try {
    value = JSON.parse(body);
  } catch {
    return refuse(invalid('Invalid input JSON: the body cannot be parsed.'));
  }
  const read = schema.safeParse(value);
  if (read.success) return { ok: true, value: read.data };
  const errors = read.error.issues.map((issue) => detailOf(issue, value));
  return refuse(invalid(summaryOf(errors), errors));
}
