/** The JSON Schema of mapping files, for editors. Pure. */
import { z } from 'zod';
import { mappingDocument } from './document.ts';

export type JsonSchema = z.core.JSONSchema.JSONSchema;

/** Draft 7, because that is what the YAML plug-ins of the editors know best. */
export function mappingJsonSchema(): JsonSchema {
  const schema = z.toJSONSchema(mappingDocument, {
    io: 'input',
    target: 'draft-7',
    override: ({ jsonSchema }) => {
      if (jsonSchema.maximum === Number.MAX_SAFE_INTEGER) delete jsonSchema.maximum;
    },
  });
  const named = Object.entries(schema.definitions ?? {}).filter(([name]) => !name.startsWith('__'));
  return plain({ ...schema, definitions: Object.fromEntries(named), title: 'callmatch mapping' });
}

/** JSON text with a last line break. */
export function renderMappingSchema(): string {
  return `${JSON.stringify(mappingJsonSchema(), undefined, 1)}\n`;
}

/**
 * The same in plainer words. In draft 7 nothing counts beside a `$ref`, and zod puts one beside the description of a rule
 * that it has described too; for the lazy schema of value rules it makes a definition that only refers to `ValueRule`.
 */
function plain<T>(node: T): T {
  const text = JSON.stringify(node, (_key, value: unknown) => {
    if (typeof value !== 'object' || value === null || !('$ref' in value && 'allOf' in value)) return value;
    const { $ref: _, ...rest } = value;
    return rest;
  });
  return JSON.parse(text.replaceAll('#/definitions/__schema0"', '#/definitions/ValueRule"'));
}
