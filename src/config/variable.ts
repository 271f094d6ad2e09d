/** Names of environment variables: what each field's is called, and what people write instead. */
import { type Field, type Step, walkFields } from './field.ts';

export const PREFIX = 'CALLMATCH_';
/** Ends the variable that names the file of a secret. */
export const FILE_SUFFIX = '_FILE';

/** One name as it stands in a variable: `groupId` is `GROUP_ID`, `acme-eu` is `ACME_EU`. */
export function variableSegment(name: string): string {
  return name
    .replaceAll(/([a-z0-9])([A-Z])/g, '$1_$2')
    .replaceAll('-', '_')
    .toUpperCase();
}

/** The variable of a field. `free` gives the segments for names and indexes, which the schema leaves open. */
export function variableName(
  steps: readonly Step[],
  free: (step: Step, index: number) => string = (step) => (step.kind === 'item' ? '0' : '<NAME>'),
): string {
  const segments = steps.map((step, index) => (step.kind === 'field' ? variableSegment(step.name) : free(step, index)));
  return PREFIX + segments.join('__');
}

/** All variables there are; open names are taken from the segments of a variable that somebody wrote. */
export function knownVariables(root: Field, segments: readonly string[]): string[] {
  return settable(root).flatMap(({ steps, field }) => {
    const name = variableName(steps, (step, index) => {
      const written = segments[index] ?? '';
      if (step.kind === 'item') return /^\d+$/.test(written) ? written : '0';
      return written === '' ? 'NAME' : written;
    });
    return field.secret ? [name, name + FILE_SUFFIX] : [name];
  });
}

export interface VariableShape {
  /** Fits the variable with any number of `_` between its words. */
  readonly shape: RegExp;
  /** The variable as it should be written. */
  spell(match: RegExpExecArray): string;
  /** What a free name in it must look like. */
  readonly nameForm: string | undefined;
}

/** Shapes that recognise a variable written with `_` for `__` or the other way round. */
export function variableShapes(root: Field): VariableShape[] {
  return settable(root).map(({ steps, field }) => {
    const words = (segment: string) => segment.replaceAll('_', '_+');
    const parts = steps.map((step) => {
      if (step.kind === 'field') return words(variableSegment(step.name));
      return step.kind === 'item' ? '(\\d+)' : '([A-Z0-9_]+?)';
    });
    return {
      shape: new RegExp(`^${PREFIX}${parts.join('_+')}(${FILE_SUFFIX})?$`),
      spell(match) {
        const free = match.slice(1).values();
        const name = variableName(steps, () => String(free.next().value ?? ''));
        return field.secret ? name + (free.next().value ?? '') : name;
      },
      nameForm: steps.findLast((step) => step.kind === 'entry')?.entry.form,
    };
  });
}

/** Whether the field has a value of its own, which a variable can hold; whole sections do not count. */
export function isSettable({ takes }: Field): boolean {
  return takes.size > 1 || !takes.has('section');
}

function settable(root: Field) {
  return [...walkFields(root)].filter(({ field }) => isSettable(field));
}
