/** A union of objects that are told apart by one key each. Pure. */
import { z } from 'zod';

type Shapes = Readonly<Record<string, z.ZodType>>;

/**
 * Like `z.union` of a text and of objects, each under the key that only it has. zod itself tries form after form with
 * all that is inside it, which takes ten times as long with every level of rules in rules; and of what is no form it
 * cannot tell which one was meant.
 *
 * @param message What is said when no form has one of the keys.
 */
export function formUnion<T>(text: z.ZodType | undefined, forms: Shapes, message: string): z.ZodType<T> {
  const options = [...(text === undefined ? [] : [text]), ...Object.values(forms)];
  const union = z.union(options, message);
  const names = Object.keys(forms);
  const choose = (value: unknown): z.ZodType | undefined => {
    if (typeof value === 'string') return text;
    if (typeof value !== 'object' || value === null) return undefined;
    const name = names.find((each) => Object.hasOwn(value, each));
    return name === undefined ? undefined : forms[name];
  };
  const parse: typeof union._zod.parse = (payload, context) => {
    const form = choose(payload.value);
    if (form !== undefined) return form._zod.run(payload, context);
    const { value: input } = payload;
    const noForm = { path: [], input, ...distance(input) };
    // Twice, so that none counts as the nearest one.
    payload.issues.push({ code: 'invalid_union', input, inst: union, errors: [[noForm], [noForm]] });
    return payload;
  };
  union._zod.parse = parse;
  union._zod.run = parse;
  // The forms are what T says; zod's types cannot follow rules that hold rules.
  return union as unknown as z.ZodType<T>;
}

/** How far a value is from all forms, for the choice between this union and something else; see `Problems`. */
function distance(value: unknown) {
  if (typeof value === 'object' && value !== null && !Array.isArray(value)) {
    return { code: 'unrecognized_keys', keys: Object.keys(value), message: 'no form' } as const;
  }
  return { code: 'invalid_type', expected: 'object', message: `received ${typeof value}` } as const;
}
