/** A section in which exactly one of two fields has to be: the rule, and the mark by which docs and editors know it. */
import type { z } from 'zod';

/** The mark in the JSON Schema: the names of the two. */
export const EXACTLY_ONE = 'exactlyOne';

/** The section with the rule. It is checked whatever else is wrong in the section, so that all is told at once. */
export function exactlyOne<Section extends z.ZodObject>(section: Section, names: readonly [string, string]): Section {
  const [usual, other] = names;
  return section
    .superRefine(
      (value, { addIssue }) => {
        const isThere = (name: string) => Object.hasOwn(value, name) && value[name] !== undefined;
        const issue = (name: string, message: string) => addIssue({ code: 'custom', path: [name], message });
        if (isThere(usual) && isThere(other)) issue(other, `nothing here beside ${usual}`);
        if (!isThere(usual) && !isThere(other)) issue(usual, `a value, or ${other} in its place`);
      },
      { when: ({ value }) => typeof value === 'object' && value !== null && !Array.isArray(value) },
    )
    .meta({ [EXACTLY_ONE]: names });
}

/** The field that may stand in place of this one, in a section of that JSON Schema. */
export function insteadOf(section: Readonly<Record<string, unknown>>, name: string): string | undefined {
  const names: unknown = section[EXACTLY_ONE];
  if (!Array.isArray(names) || !names.includes(name)) return undefined;
  return names.find((other) => other !== name);
}
