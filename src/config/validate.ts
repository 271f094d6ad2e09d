/** Checks the merged input against the schema, and turns every mistake into words. */
import type { z } from 'zod';
import { maskText } from '../ops/masking.ts';
import { type Field, fieldAt, formOf, holdsSecret, type Step, walkFields } from './field.ts';
import { nearestOrigin, type Origins, originAt } from './origin.ts';
import { type Path, pathText, valueAt } from './path.ts';
import type { Problem } from './problem.ts';
import { unknownFieldText } from './unknown-field.ts';
import { FILE_SUFFIX, isSettable, variableName, variableSegment } from './variable.ts';

type Issue = z.core.$ZodIssue;

/** All mistakes that zod found, one problem each. */
export function problemsOf(issues: readonly Issue[], root: Field, input: unknown, origins: Origins): Problem[] {
  return issues.flatMap((issue) => mistakes(issue, [])).map((mistake) => problemOf(mistake, root, input, origins));
}

/** A mistake at one place. `expected` is said instead of the form of the field. */
type Mistake =
  | { readonly kind: 'value'; readonly path: Path; readonly expected?: string }
  | { readonly kind: 'unknown'; readonly path: Path };

function mistakes(issue: Issue, base: Path): Mistake[] {
  // A symbol cannot be a key of YAML.
  const path = [...base, ...issue.path.filter((step) => typeof step !== 'symbol')];
  switch (issue.code) {
    case 'unrecognized_keys':
      return issue.keys.map((key) => ({ kind: 'unknown', path: [...path, key] }));
    case 'invalid_key':
      return [{ kind: 'unknown', path }];
    case 'custom':
      return [{ kind: 'value', path, expected: issue.message }];
    case 'invalid_union': {
      const nearest = nearestAlternative(issue.errors);
      return nearest === undefined ? [{ kind: 'value', path }] : nearest.flatMap((inner) => mistakes(inner, path));
    }
    default:
      return [{ kind: 'value', path }];
  }
}

/** The mistakes of the alternative that was probably meant; undefined when the value has the shape of none. */
function nearestAlternative(alternatives: readonly (readonly Issue[])[]): readonly Issue[] | undefined {
  const shaped = alternatives.filter((issues) => {
    return !issues.some(({ code, path }) => path.length === 0 && code !== 'unrecognized_keys' && code !== 'custom');
  });
  const unknownFields = (issues: readonly Issue[]) =>
    issues.reduce((sum, issue) => sum + (issue.code === 'unrecognized_keys' ? issue.keys.length : 0), 0);
  return shaped.toSorted((a, b) => unknownFields(a) - unknownFields(b) || a.length - b.length)[0];
}

function problemOf(mistake: Mistake, root: Field, input: unknown, origins: Origins): Problem {
  const { path } = mistake;
  const place = pathText(path);
  const origin = originAt(origins, input, path);
  if (mistake.kind === 'unknown') return { place, text: unknownFieldText(root, path), origin };
  const field = fieldAt(root, path);
  const expected = mistake.expected ?? (field ? formOf(field) : 'something else');
  // A check across sections may find fault with a default.
  const written = valueAt(input, path);
  const value = written === undefined ? field?.default : written;
  if (value === undefined) return missing(path, expected, field, origins);
  return { place, text: `expected ${expected}, got ${received(value, field)}`, origin };
}

function missing(path: Path, expected: string, field: Field | undefined, origins: Origins): Problem {
  const variable = field && variableFor(path, field);
  const origin = nearestOrigin(origins, path);
  return {
    place: pathText(path),
    text: `missing; expected ${expected}${variable === undefined ? '' : `, here or in ${variable}`}`,
    ...(origin && { origin }),
  };
}

/** The variable that would fill the gap: the field's own, or that of the first value that a whole section needs. */
function variableFor(path: Path, field: Field): string | undefined {
  const missing = isSettable(field)
    ? { steps: [], field }
    : // Not into lists: they may be left out, however much an item of theirs needs.
      walkFields(field).find(({ steps, field }) => {
        return isNeeded(field) && isSettable(field) && steps.every(({ kind }) => kind !== 'item');
      });
  if (missing === undefined) return undefined;
  const own: Step[] = path.map((step) => ({ kind: 'field', name: String(step) }));
  const name = variableName([...own, ...missing.steps], (step) =>
    step.kind === 'entry' ? variableSegment(step.entry.example) : '0',
  );
  return missing.field.secret ? `${name} or ${name}${FILE_SUFFIX}` : name;
}

const isNeeded = ({ required, insteadOf }: Field): boolean => required || insteadOf !== undefined;

const LONGEST_SHOWN = 60;

/** The value in words; its kind only where it may be a secret, also one that slipped into the section around it. */
function received(value: unknown, field: Field | undefined): string {
  if (value === null) return field?.takes.has('section') ? 'nothing; an empty section is written {}' : 'nothing';
  if (Array.isArray(value)) return value.length === 0 ? 'an empty list' : 'a list';
  if (typeof value === 'object') return 'a section';
  if (value === '') return 'an empty string';
  const quotesMissing = typeof value !== 'string' && field?.takes.has('string') ? '; put it in quotes' : '';
  if (field === undefined || holdsSecret(field)) return `a ${typeof value} that is not shown${quotesMissing}`;
  const text = maskText(String(value));
  const short = text.length > LONGEST_SHOWN ? `${text.slice(0, LONGEST_SHOWN)}…` : text;
  return typeof value === 'string' ? JSON.stringify(short) : `the ${typeof value} ${short}${quotesMissing}`;
}
