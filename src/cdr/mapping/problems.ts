/** Mistakes in a mapping, gathered so that all are told at once. Pure. */
import type { z } from 'zod';
import { CallmatchError } from '../../errors.ts';

/** A place in a document: keys and indexes from the top. */
export type Place = readonly (string | number)[];

export class Problems {
  readonly #lines: string[] = [];

  add(place: Place, problem: string): void {
    this.#lines.push(`${showPlace(place)}: ${problem}`);
  }

  /** One a mistake, in the order in which they were found. */
  get lines(): readonly string[] {
    return this.#lines;
  }

  /** Throws `mapping-invalid` with every problem, if there is one. */
  throwIfAny(mapping: string): void {
    if (this.#lines.length === 0) return;
    throw new CallmatchError(
      'mapping-invalid',
      `mapping ${mapping}:\n${this.#lines.map((line) => `  ${line}`).join('\n')}`,
    );
  }

  /** Takes over what zod found. */
  addIssues(issues: readonly z.core.$ZodIssue[], place: Place = []): void {
    for (const issue of issues) this.#addIssue(issue, [...place, ...issue.path.map(keyOf)]);
  }

  #addIssue(issue: z.core.$ZodIssue, place: Place): void {
    const form = issue.code === 'invalid_union' ? meantForm(issue.errors) : undefined;
    if (form === undefined) this.add(place, issue.message);
    else this.addIssues(form, place);
  }
}

type Issues = readonly z.core.$ZodIssue[];

/** The form of a union that the writer had in mind: the nearest one; undefined when several are as near. */
function meantForm(forms: readonly Issues[]): Issues | undefined {
  const [nearest, second] = forms
    .map((issues) => ({ issues, distance: distanceOf(issues) }))
    .sort((left, right) => left.distance - right.distance);
  if (nearest === undefined || nearest.distance === Number.POSITIVE_INFINITY) return undefined;
  return nearest.distance === second?.distance ? undefined : nearest.issues;
}

/** How far a form is from what was written: another type altogether, or keys that are missing or too many. */
function distanceOf(issues: Issues): number {
  let distance = 0;
  for (const issue of issues) {
    if (issue.path.length === 1 && isMissing(issue)) distance += 2;
    if (issue.path.length > 0) continue;
    if (issue.code === 'invalid_type') return Number.POSITIVE_INFINITY;
    if (issue.code === 'unrecognized_keys') distance += issue.keys.length;
    if (issue.code === 'invalid_union') distance += Math.min(...issue.errors.map(distanceOf));
  }
  return distance;
}

function isMissing(issue: z.core.$ZodIssue): boolean {
  if (issue.code === 'invalid_union') return issue.errors.every((form) => form.some(isMissing));
  // The value itself is not in the issue.
  return issue.code === 'invalid_type' && issue.message.includes('received undefined');
}

function keyOf(key: PropertyKey): string | number {
  return typeof key === 'symbol' ? String(key) : key;
}

/** A place as people write it: `call.from.number[1]`. */
export function showPlace(place: Place): string {
  const text = place.map((key) => (typeof key === 'number' ? `[${key}]` : `.${key}`)).join('');
  return text.replace(/^\./, '') || '(top)';
}
