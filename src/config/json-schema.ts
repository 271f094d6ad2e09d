/** The JSON Schema of the configuration file, for editors. Pure. */
import { z } from 'zod';
import { EXACTLY_ONE } from './exactly-one.ts';
import { configSchema } from './schema.ts';

/** Draft 7, because that is what the YAML plug-ins of the editors know best. JSON text with a last line break. */
export function renderJsonSchema(): string {
  const schema = z.toJSONSchema(configSchema, {
    io: 'input',
    target: 'draft-7',
    override: ({ jsonSchema }) => {
      const { secret, form, entryName, [EXACTLY_ONE]: choice, ...standard } = jsonSchema;
      for (const key of Object.keys(jsonSchema)) delete jsonSchema[key];
      Object.assign(jsonSchema, standard, {
        ...(secret === true && { writeOnly: true }),
        ...(Array.isArray(choice) && { oneOf: choice.map((name) => ({ required: [name] })) }),
        // Not standard; editors show it instead of the pattern.
        ...(standard.pattern !== undefined && { patternErrorMessage: `Expected ${form}.` }),
      });
      if (jsonSchema.maximum === Number.MAX_SAFE_INTEGER) delete jsonSchema.maximum;
    },
  });
  return `${JSON.stringify({ ...schema, title: 'callmatch configuration' }, undefined, 2)}\n`;
}
