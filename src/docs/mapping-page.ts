/** docs/mapping-reference.md: the language of mapping files, from the descriptions in its schema. Pure. */
import { type JsonSchema, mappingJsonSchema } from '../cdr/mapping/json-schema.ts';
import { code, generatedFrom, table } from './markdown.ts';

const INTRODUCTION = `A mapping file says how calls are read from the records of a source. Copy one of \`presets/\`, change it, and name the
copy in \`sources[].mapping\`. An editor completes and checks it with \`schemas/callmatch-mapping.schema.json\`: put
\`# yaml-language-server: $schema=PATH\` on top of the file.

Everything is made of two things: a *rule* gives a value of a record, or nothing; a *condition* holds of a record, or not.
A bare text is a path: \`hangup.cause\`. What is missing, null or blank says nothing.`;

export function renderMappingPage(): string {
  const schema = mappingJsonSchema();
  const definitions = new Map<string, JsonSchema>(Object.entries(schema.definitions ?? {}));
  const call = objectOf(schema.properties?.call);
  return `${[
    '# Mapping files',
    generatedFrom('src/cdr/mapping/'),
    INTRODUCTION,
    '## The file',
    fields(schema),
    '## Fields of `call`',
    call === undefined ? '' : fields(call),
    '## Rules',
    forms(definitions.get('ValueRule')),
    '## Conditions',
    forms(definitions.get('ConditionRule')),
  ].join('\n\n')}\n`;
}

type Part = JsonSchema | boolean | undefined;

function objectOf(part: Part): JsonSchema | undefined {
  return typeof part === 'object' ? part : undefined;
}

function fields({ properties = {}, required = [] }: JsonSchema): string {
  const rows = Object.entries(properties).map(([name, part]) => {
    const schema = objectOf(part);
    return [
      code(name),
      required.includes(name) ? 'yes' : '',
      name === 'call' ? 'see below' : code(shape(schema)),
      schema?.description ?? '',
    ];
  });
  return table(['field', 'required', 'form', 'meaning'], rows);
}

function forms(union: JsonSchema | undefined): string {
  const rows = (union?.anyOf ?? []).flatMap((part) => {
    const form = objectOf(part);
    if (form?.properties === undefined) return [];
    const told = Object.entries(form.properties).flatMap(([name, inner]) => {
      const description = objectOf(inner)?.description;
      return description === undefined ? [] : [`${code(name)}: ${description}`];
    });
    return [[code(shape(form)), told.join('\n')]];
  });
  return table(['form', 'meaning'], rows);
}

/** How something is written, on one line. */
function shape(schema: JsonSchema | undefined, depth = 0): string {
  if (schema === undefined) return '…';
  const reference = schema.$ref ?? objectOf(schema.allOf?.[0])?.$ref;
  if (reference !== undefined) return nameOf(reference);
  if (schema.enum !== undefined) return schema.enum.length > 8 ? 'word' : schema.enum.join(' | ');
  if (schema.const !== undefined) return String(schema.const);
  if (schema.anyOf !== undefined) {
    if (depth > 1) return '…';
    return [...new Set(schema.anyOf.map((each) => shape(objectOf(each), depth + 1)))].join(' | ');
  }
  if (schema.properties !== undefined) {
    if (depth > 1) return '{ … }';
    const { required = [] } = schema;
    const keys = Object.entries(schema.properties).map(
      ([name, part]) => `${name}${required.includes(name) ? '' : '?'}: ${shape(objectOf(part), depth + 1)}`,
    );
    return `{ ${keys.join(', ')} }`;
  }
  if (schema.type === 'array')
    return `[${shape(objectOf(Array.isArray(schema.items) ? undefined : schema.items), depth)}, …]`;
  if (schema.additionalProperties !== undefined)
    return `{ NAME: ${shape(objectOf(schema.additionalProperties), depth + 1)} }`;
  return [schema.type ?? '…']
    .flat()
    .map((type) => (type === 'string' ? 'text' : type))
    .join(' | ');
}

function nameOf(reference: string): string {
  return reference.endsWith('/ConditionRule') ? 'condition' : 'rule';
}
