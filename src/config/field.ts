/**
 * The configuration as a tree of fields: what may stand where, in words. Read off the JSON Schema of the zod schema,
 * which is a documented format. Environment variables, flags, error messages and the reference page walk this tree.
 */
import { z } from 'zod';
import { insteadOf } from './exactly-one.ts';
import type { Path } from './path.ts';

export interface Field {
  /** What may be written here: `host:port`, `a whole number from 1 to 1024`, `one of latest, earliest`. */
  readonly forms: readonly string[];
  /** The closed list of values, if there is one. */
  readonly values: readonly string[];
  readonly description: string | undefined;
  /** As it would be written in the file; undefined where there is none. */
  readonly default: unknown;
  readonly example: unknown;
  readonly required: boolean;
  /** The field of the same section of which one, and only one of the two, has to be there. */
  readonly insteadOf: string | undefined;
  /** Must never be shown. */
  readonly secret: boolean;
  /** Kinds of values it takes. A section has fixed fields, a map has entries by free names. */
  readonly takes: ReadonlySet<'string' | 'number' | 'boolean' | 'list' | 'section'>;
  /** Fields of a section, over all its alternatives. */
  readonly fields: ReadonlyMap<string, Field>;
  /** Items of a list. */
  readonly item: Field | undefined;
  /** Entries of a map. */
  readonly entry: Entry | undefined;
}

export interface Entry {
  /** Which names are allowed, as a rule and in words. */
  readonly name: RegExp;
  readonly form: string;
  /** A name for examples. */
  readonly example: string;
  readonly value: Field;
}

type Node = z.core.JSONSchema.JSONSchema;

/** The tree of a schema. */
export function fieldTree(schema: z.ZodType): Field {
  return toField(z.toJSONSchema(schema, { io: 'input', target: 'draft-7' }), true);
}

/** The field at a path, entries and items included; undefined where the schema has none. */
export function fieldAt(root: Field, path: Path): Field | undefined {
  let field: Field | undefined = root;
  for (const step of path) {
    if (typeof step === 'number') field = field?.item;
    else field = field?.fields.get(step) ?? (field?.entry?.name.test(step) ? field.entry.value : undefined);
  }
  return field;
}

/** One step from a field to the next: by a fixed name, to any item of a list, or to any entry of a map. */
export type Step =
  | { readonly kind: 'field'; readonly name: string }
  | { readonly kind: 'item' }
  | { readonly kind: 'entry'; readonly entry: Entry };

export interface Place {
  readonly steps: readonly Step[];
  readonly field: Field;
}

/** Every field below the root, sections before what they hold, in the order of the schema. */
export function* walkFields(root: Field, steps: readonly Step[] = []): Generator<Place> {
  const children: [Step, Field][] = [...root.fields].map(([name, field]) => [{ kind: 'field', name }, field]);
  if (root.item) children.push([{ kind: 'item' }, root.item]);
  if (root.entry) children.push([{ kind: 'entry', entry: root.entry }, root.entry.value]);
  for (const [step, field] of children) {
    yield { steps: [...steps, step], field };
    yield* walkFields(field, [...steps, step]);
  }
}

/** `sources[].topic`, `portals.<name>.token`: a place with its open names left open. */
export function placeText(steps: readonly Step[]): string {
  const parts = steps.map((step) =>
    step.kind === 'field' ? `.${step.name}` : step.kind === 'item' ? '[]' : '.<name>',
  );
  return parts.join('').replace(/^\./, '');
}

/** Whether the field is a secret or has one somewhere below. */
export function holdsSecret(field: Field): boolean {
  return field.secret || walkFields(field).some((place) => place.field.secret);
}

/** Completes the sentence "expected …". `quote` marks the words that are to be written as they stand. */
export function formOf({ values, forms }: Field, quote: (word: string) => string = (word) => word): string {
  const words = values.map(quote).join(', ');
  return [...(words === '' ? [] : [values.length > 1 ? `one of ${words}` : words]), ...forms].join(', or ');
}

function toField(node: Node, required: boolean): Field {
  const alternatives = node.anyOf ?? node.oneOf;
  const own = alternatives === undefined ? plainField(node) : alternatives.map(asField).reduce(eitherOf);
  return {
    ...own,
    // What is said of the whole goes before what is said of one alternative.
    forms: typeof node.form === 'string' ? [node.form] : own.forms,
    description: node.description ?? own.description,
    default: node.default,
    example: node.examples?.[0],
    required,
    insteadOf: undefined,
    secret: node.secret === true || own.secret,
  };
}

const asField = (node: z.core.JSONSchema._JSONSchema) => toField(typeof node === 'object' ? node : {}, true);

function plainField(node: Node): Field {
  const names = typeof node.propertyNames === 'object' ? node.propertyNames : undefined;
  const item = node.type === 'array' && !Array.isArray(node.items) ? asField(node.items ?? {}) : undefined;
  return {
    forms: [],
    values: (node.enum ?? (node.const === undefined ? [] : [node.const])).map(String),
    description: undefined,
    default: undefined,
    example: undefined,
    required: true,
    insteadOf: undefined,
    secret: false,
    takes: new Set([kindOf(node)]),
    fields: new Map(
      Object.entries(node.properties ?? {}).map(([name, child]) => [
        name,
        {
          ...toField(typeof child === 'object' ? child : {}, node.required?.includes(name) ?? false),
          insteadOf: insteadOf(node, name),
        },
      ]),
    ),
    item,
    entry: names && {
      name: new RegExp(names.pattern ?? ''),
      form: String(names.form),
      example: String(node.entryName),
      value: asField(node.additionalProperties ?? {}),
    },
    ...(node.enum === undefined && node.const === undefined && { forms: [plainForm(node, item)] }),
  };
}

function kindOf({ type }: Node): 'string' | 'number' | 'boolean' | 'list' | 'section' {
  if (type === 'array') return 'list';
  if (type === 'integer' || type === 'number') return 'number';
  return type === 'boolean' ? 'boolean' : type === 'object' ? 'section' : 'string';
}

function plainForm({ type, minimum, maximum }: Node, item: Field | undefined): string {
  if (type === 'array') return `a list of ${item ? formOf(item).replace(/^a (section|string)$/, '$1s') : 'anything'}`;
  if (type === 'boolean') return 'true or false';
  if (type === 'object') return 'a section';
  if (type !== 'integer' && type !== 'number') return 'a string';
  const least = minimum === undefined || minimum === Number.MIN_SAFE_INTEGER ? undefined : minimum;
  const most = maximum === undefined || maximum === Number.MAX_SAFE_INTEGER ? undefined : maximum;
  const range = most === undefined ? (least === undefined ? '' : ` from ${least} up`) : ` from ${least} to ${most}`;
  return `a whole number${range}`;
}

/** A field that may be written in two ways. */
function eitherOf(one: Field, other: Field): Field {
  const fields = new Map(one.fields);
  for (const [name, field] of other.fields) {
    const same = fields.get(name);
    fields.set(name, same ? eitherOf(same, field) : { ...field, required: false });
  }
  for (const [name, field] of one.fields) if (!other.fields.has(name)) fields.set(name, { ...field, required: false });
  return {
    ...one,
    forms: [...new Set([...one.forms, ...other.forms])],
    values: [...new Set([...one.values, ...other.values])],
    description: one.description ?? other.description,
    required: one.required && other.required,
    secret: one.secret || other.secret,
    takes: one.takes.union(other.takes),
    fields,
    item: one.item ?? other.item,
    entry: one.entry ?? other.entry,
  };
}
