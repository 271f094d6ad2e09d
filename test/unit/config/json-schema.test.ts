import { Ajv } from 'ajv';
import addFormats from 'ajv-formats';
import { expect, test } from 'vitest';
import { renderJsonSchema } from '../../../src/config/json-schema.ts';
import { configSchema } from '../../../src/config/schema.ts';

const text = renderJsonSchema();
const schema: object = JSON.parse(text);

// patternErrorMessage is a word of editors, not of the standard; a choice speaks of the properties that stand beside it.
const ajv = new Ajv({
  strict: true,
  strictRequired: false,
  keywords: ['patternErrorMessage'],
  allowUnionTypes: true,
});
addFormats.default(ajv);
const validate = ajv.compile(schema);

test('it is a valid JSON Schema, and agrees with the zod schema', () => {
  const main = { token: 'change-me' };
  for (const [input, good] of [
    [{ portals: { main } }, true],
    [{ portals: { main }, kafka: { brokers: ['a:1'], tls: {}, sessionTimeout: '12s' } }, true],
    [{ portals: { main: { ...main, quota: 'none' } } }, true],
    [{ portals: { main: { oauth: { clientId: 'a', clientSecret: 'b', refreshTokenFile: 'c' } } } }, true],
    [{ portals: { main: { oauth: { clientId: 'a', clientSecret: 'b' } } } }, false],
    [{ portals: { main: { ...main, oauth: { clientId: 'a', clientSecret: 'b', refreshToken: 'c' } } } }, false],
    [{ portals: { Main: main } }, false],
    [{ portals: { main: {} } }, false],
    [{ portals: { main }, kafka: { brokers: ['a'] } }, false],
    [{ portals: { main }, kafka: { sessionTimeout: 12 } }, false],
    [{ portals: { main }, unknown: 1 }, false],
  ] as const) {
    expect([input, validate(input)]).toEqual([input, good]);
    expect([input, configSchema.safeParse(input).success]).toEqual([input, good]);
  }
});

test('secrets are write-only, and no word of our own is left', () => {
  expect(text).toContain('"writeOnly": true');
  expect(text).not.toMatch(/"(secret|form|entryName|exactlyOne)":/);
});
