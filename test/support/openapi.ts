/** HubSpot's OpenAPI files, where they stand beside the checkout. They are not part of it. */
import { existsSync, readFileSync } from 'node:fs';
import { Ajv } from 'ajv';
import formats from 'ajv-formats';
import { type TestContext, test } from 'vitest';

const FOLDER = new URL('../../../shared/hubspot/', import.meta.url);

/** Checks a value against a schema of the file, by its name or by `#/…`; gives the mistakes, or undefined. */
export type Check = (schema: string, value: unknown) => string | undefined;

function checkOf(file: URL): Check {
  const ajv = new Ajv({ strict: false, allErrors: true });
  // The package is CommonJS: its function is the default export at run time and a namespace for the type checker.
  (formats as unknown as typeof formats.default)(ajv);
  ajv.addSchema(JSON.parse(readFileSync(file, 'utf8')), 'spec');
  return (schema, value) => {
    const validate = ajv.getSchema(schema.startsWith('#') ? `spec${schema}` : `spec#/components/schemas/${schema}`);
    if (!validate) throw new Error(`${file} has no schema ${schema}`);
    return validate(value) ? undefined : ajv.errorsText(validate.errors);
  };
}

/** A test against an OpenAPI file; where the file is absent it is skipped, and says that nothing was checked. */
export function contractTest(name: string, fileName: string, run: (check: Check) => void | Promise<void>): void {
  const file = new URL(fileName, FOLDER);
  test(name, async ({ annotate, skip }: TestContext) => {
    if (!existsSync(file)) {
      const message = `NOT CHECKED against HubSpot's contract: ${fileName} is not beside the checkout (../shared/hubspot)`;
      process.stderr.write(`${message}\n`);
      await annotate(message, 'warning');
      skip(message);
    }
    await run(checkOf(file));
  });
}
