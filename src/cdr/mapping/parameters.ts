/** The parameters of a mapping, as a source's configuration sets them. Pure. */
import { z } from 'zod';
import type { Problems } from './problems.ts';
import type { RuleTrace } from './trace.ts';

export const parameter = z.strictObject({
  type: z.enum(['text', 'list']).describe('`list`: several values; a text with commas is taken for one.'),
  description: z.string().min(1),
  required: z.boolean().default(false).describe('Whether the configuration has to give it.'),
  default: z.union([z.string(), z.array(z.string())], 'a text, or a list of some').optional(),
});
export type ParameterRule = z.infer<typeof parameter>;

/** As in `sources[].mapping.parameters`. */
export type ParameterValues = Readonly<Record<string, string | readonly string[]>>;

/** What rules are compiled with. */
export interface Scope {
  readonly problems: Problems;
  /** Values by name: a text, a list, or undefined when it is optional and not set. Has every declared parameter. */
  readonly parameters: ReadonlyMap<string, string | readonly string[] | undefined>;
  /** Told what every rule gives. */
  readonly trace?: RuleTrace | undefined;
}

/** Fills in defaults; unknown, missing and ill-typed parameters are problems. */
export function resolveParameters(
  declared: Readonly<Record<string, ParameterRule>>,
  given: ParameterValues,
  problems: Problems,
): Scope['parameters'] {
  const names = Object.keys(declared);
  for (const name of Object.keys(given)) {
    if (Object.hasOwn(declared, name)) continue;
    problems.add(['parameters', name], `no parameter of this mapping; it has ${names.join(', ') || 'none'}`);
  }
  const values = new Map<string, string | readonly string[] | undefined>();
  for (const [name, rule] of Object.entries(declared)) {
    const value = (Object.hasOwn(given, name) ? given[name] : undefined) ?? rule.default;
    if (value === undefined && rule.required) {
      problems.add(['parameters', name], `has to be set for the source: ${rule.description}`);
    }
    if (rule.type === 'text' && typeof value === 'object') {
      problems.add(['parameters', name], 'is one text, not a list');
    }
    values.set(name, rule.type === 'list' && typeof value === 'string' ? splitList(value) : value);
  }
  return values;
}

/** A list in an environment variable or a flag is a text with commas. */
function splitList(text: string): string[] {
  return text
    .split(',')
    .map((item) => item.trim())
    .filter((item) => item !== '');
}
