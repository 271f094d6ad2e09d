/** HubSpot's OpenAPI files, where they stand beside the checkout, or further up. They are not part of it. */
import { readFileSync } from 'node:fs';
import { Ajv } from 'ajv';
import formats from 'ajv-formats';
import { type TestContext, test } from 'vitest';
import { besideCheckout } from './beside-checkout.ts';

const CALLING = 'openapi-calling-2026-03.json';

/** Checks a value against a schema of the file, by its name or by `#/…`; gives the mistakes, or undefined. */
export type Check = (schema: string, value: unknown) => string | undefined;

function checkOf(file: string): Check {
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

/** The check of an OpenAPI file; where the file is absent undefined, and said on stderr. */
export function openContract(fileName = CALLING): Check | undefined {
  const file = besideCheckout(`hubspot/${fileName}`);
  if (file !== undefined) return checkOf(file);
  process.stderr.write(`${notChecked(fileName)}\n`);
  return undefined;
}

const notChecked = (fileName: string) =>
  `NOT CHECKED against HubSpot's contract: ${fileName} is not beside the checkout (../shared/hubspot)`;

/** A test against an OpenAPI file; where the file is absent it is skipped, and says that nothing was checked. */
export function contractTest(name: string, fileName: string, run: (check: Check) => void | Promise<void>): void {
  test(name, async ({ annotate, skip }: TestContext) => {
    const check = openContract(fileName);
    if (check === undefined) {
      await annotate(notChecked(fileName), 'warning');
      return skip(notChecked(fileName));
    }
    await run(check);
  });
}
