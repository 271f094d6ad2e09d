/**
 * Environment variables as settings: `CALLMATCH_KAFKA__GROUP_ID` is `kafka.groupId`. `__` separates the steps of the
 * path, `_` the words of a name. A secret can also be given as the name of a file, by a variable that ends in `_FILE`.
 */
import { messageOf } from '../errors.ts';
import { coerce } from './coerce.ts';
import type { Field } from './field.ts';
import { nearest } from './nearest.ts';
import type { Assignment } from './origin.ts';
import { type Path, pathText, valueAt } from './path.ts';
import type { Problem } from './problem.ts';
import { FILE_SUFFIX, knownVariables, PREFIX, variableSegment, variableShapes } from './variable.ts';

export type Environment = Readonly<Record<string, string | undefined>>;

/** Read elsewhere: the path of the file, and how `dev` finds its broker. */
const RESERVED = new Set(['CALLMATCH_CONFIG', 'CALLMATCH_STACK']);

export interface Settings {
  readonly assignments: readonly Assignment[];
  readonly problems: readonly Problem[];
}

/**
 * Every setting in the environment. An empty variable counts as not set, because that is what Compose and CI systems
 * make of a missing value.
 * @param input what the file says: names of portals are matched with it.
 * @param readText reads a secret's file.
 */
export async function readEnvironment(
  root: Field,
  env: Environment,
  input: unknown,
  readText: (file: string) => Promise<string>,
): Promise<Settings> {
  const assignments = new Map<string, Assignment>();
  const problems: Problem[] = [];
  const wrong = (place: string, text: string) => void problems.push({ place, text });

  for (const [variable, value] of Object.entries(env).sort()) {
    if (!variable.startsWith(PREFIX) || RESERVED.has(variable) || value === undefined || value === '') continue;
    const target = findTarget(root, variable, input);
    if (target === undefined) {
      const meant = probableSetting(root, variable, value);
      if (meant !== undefined) wrong(variable, meant);
      continue;
    }
    const place = pathText(target.path);
    const earlier = assignments.get(place)?.origin;
    if (earlier?.from === 'environment') {
      wrong(variable, `sets the same as ${earlier.variable}; keep one of the two`);
      continue;
    }
    const { path } = target;
    if (!target.fromFile) {
      const origin = { from: 'environment', variable } as const;
      assignments.set(place, { path, value: coerce(target.field, value), origin });
      continue;
    }
    try {
      const secret = (await readText(value)).trim();
      const origin = { from: 'environment', variable, file: value } as const;
      if (secret === '') wrong(variable, `the file ${value} is empty`);
      else assignments.set(place, { path, value: secret, origin });
    } catch (error) {
      wrong(variable, `cannot read the file: ${messageOf(error)}`);
    }
  }
  return { assignments: [...assignments.values()], problems };
}

interface Target {
  readonly path: Path;
  readonly field: Field;
  readonly fromFile: boolean;
}

/** The field that a variable sets: by its name, or as a secret by its name and `_FILE`. */
function findTarget(root: Field, variable: string, input: unknown): Target | undefined {
  const plain = descend(root, variable, input);
  if (plain) return { ...plain, fromFile: false };
  if (!variable.endsWith(FILE_SUFFIX)) return undefined;
  const secret = descend(root, variable.slice(0, -FILE_SUFFIX.length), input);
  return secret?.field.secret ? { ...secret, fromFile: true } : undefined;
}

function descend(root: Field, variable: string, input: unknown): { path: Path; field: Field } | undefined {
  let field: Field | undefined = root;
  const path: (string | number)[] = [];
  for (const segment of variable.slice(PREFIX.length).split('__')) {
    const next = stepInto(field, segment, valueAt(input, path));
    if (next === undefined) return undefined;
    path.push(next.step);
    field = next.field;
  }
  return { path, field };
}

function stepInto(field: Field, segment: string, here: unknown): { step: string | number; field: Field } | undefined {
  for (const [name, child] of field.fields) if (variableSegment(name) === segment) return { step: name, field: child };
  if (field.item && /^\d{1,4}$/.test(segment)) return { step: Number(segment), field: field.item };
  if (field.entry === undefined) return undefined;
  const { name: rule, value } = field.entry;
  const existing = Object.keys(typeof here === 'object' && here !== null ? here : {});
  const name =
    existing.find((name) => variableSegment(name) === segment) ?? spellings(segment).find((name) => rule.test(name));
  return name === undefined ? undefined : { step: name, field: value };
}

/** How the name behind a segment may be spelled, since a variable has neither lower case nor hyphens. */
function spellings(segment: string): string[] {
  const snake = segment.toLowerCase();
  return [snake, snake.replaceAll('_', '-'), snake.replaceAll(/_(.)/g, (_, letter: string) => letter.toUpperCase())];
}

/**
 * What to say of a variable that sets nothing; undefined when it is none of ours. With `__` it was meant for us. With
 * single `_` only if it is a setting's name but for that: Kubernetes itself makes variables like `CALLMATCH_PORT` for a
 * service named `callmatch`, `CALLMATCH_HTTP_PORT` for one named `callmatch-http`, with `tcp://…` as their value.
 */
function probableSetting(root: Field, variable: string, value: string): string | undefined {
  for (const { shape, spell, nameForm } of variableShapes(root)) {
    const match = shape.exec(variable);
    if (match === null || /^(tcp|udp|sctp):\/\//.test(value)) continue;
    const spelled = spell(match);
    return spelled === variable ? `the name in it must be ${nameForm}` : `no such setting; it is written ${spelled}`;
  }
  if (!variable.includes('__')) return undefined;
  const known = knownVariables(root, variable.slice(PREFIX.length).split('__'));
  return `no such setting; the nearest name is ${nearest(variable, known)}`;
}
