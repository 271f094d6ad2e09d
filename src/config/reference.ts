/** docs/configuration.md: every field of the configuration. Pure. */
import { code, generatedFrom, table } from '../docs/markdown.ts';
import { type Field, fieldTree, formOf, type Place, placeText, walkFields } from './field.ts';
import { INTRODUCTION } from './reference-introduction.ts';
import { configSchema } from './schema.ts';
import { FILE_SUFFIX, isSettable, variableName } from './variable.ts';

const HEAD = ['field', 'value', 'default', 'environment variable', 'description'];

export function renderReference(): string {
  const root = fieldTree(configSchema);
  const sections = [...root.fields].map(([name, section]) => {
    const steps = [{ kind: 'field', name } as const];
    const rows = [...walkFields(section, steps)].filter(isOwnRow).map((place) => row(place, section));
    return [`## ${code(name)}`, section.description ?? '', table(HEAD, rows)].join('\n\n');
  });
  return `${['# Configuration', generatedFrom('src/config/schema.ts'), INTRODUCTION, ...sections].join('\n\n')}\n`;
}

/** Items of plain lists and sections without a description say nothing that the rows around them do not say. */
function isOwnRow({ steps, field }: Place): boolean {
  if (steps.at(-1)?.kind === 'item') return false;
  if (field.entry) return !isSettable(field.entry.value);
  return isSettable(field) || field.description !== undefined;
}

function row(place: Place, section: Field): string[] {
  const { steps, field } = place;
  const variable = variableName(steps);
  return [
    code(placeText(steps)),
    formOf(field, code),
    defaultText(field),
    field.secret ? `${code(variable)}\n${code(variable + FILE_SUFFIX)}` : code(variable),
    field.description ?? mapDescription(place, section),
  ];
}

/** An entry of a map is described by its map. */
function mapDescription({ field }: Place, section: Field): string {
  const map = walkFields(section).find((other) => other.field.entry?.value === field);
  return map?.field.description ?? '';
}

function defaultText(field: Field): string {
  if (field.required) return 'required';
  if (field.insteadOf !== undefined) return `this or ${code(field.insteadOf)}`;
  if (field.default === undefined) return 'none';
  if (typeof field.default === 'object' && !Array.isArray(field.default)) return '';
  return code(Array.isArray(field.default) ? field.default.join(',') : String(field.default));
}
