import { describe, expect, test } from 'vitest';
import {
  type Field,
  fieldAt,
  fieldTree,
  formOf,
  holdsSecret,
  placeText,
  walkFields,
} from '../../../src/config/field.ts';
import type { Path } from '../../../src/config/path.ts';
import { configSchema } from '../../../src/config/schema.ts';

const root = fieldTree(configSchema);

function at(...path: Path): Field {
  const field = fieldAt(root, path);
  if (field === undefined) throw new Error(`no field at ${path.join('.')}`);
  return field;
}

describe('the form of a field, in words', () => {
  test.each<[string, Path]>([
    ['a list of host:port', ['kafka', 'brokers']],
    ['host:port', ['kafka', 'brokers', 3]],
    ['one of latest, earliest', ['kafka', 'startFrom']],
    ['a whole number from 1 to 1024', ['delivery', 'maxInFlight']],
    ['a whole number from 1 up', ['delivery', 'maxAttempts']],
    ['true or false', ['admit', 'nonFinal']],
    ['none, or a section', ['portals', 'main', 'quota']],
    ['a string, or a section', ['sources', 0, 'mapping']],
    ['v3, or YYYY-MM', ['hubspot', 'apiVersion']],
    ['a list of sections', ['sources']],
    ['one of plain, scram-sha-256, scram-sha-512, oauthbearer', ['kafka', 'sasl', 'mechanism']],
  ])('%s', (form, path) => {
    expect(formOf(at(...path))).toBe(form);
  });

  test('words to be written as they stand can be quoted', () => {
    expect(formOf(at('kafka', 'startFrom'), (word) => `<${word}>`)).toBe('one of <latest>, <earliest>');
  });
});

test('fields of all alternatives are there, required only if no alternative lacks them', () => {
  expect([...at('kafka', 'sasl').fields.keys()]).toEqual(
    expect.arrayContaining(['mechanism', 'username', 'password', 'tokenUrl', 'clientSecret']),
  );
  expect(at('kafka', 'sasl', 'mechanism').required).toBe(true);
  expect(at('kafka', 'sasl', 'password').required).toBe(false);
  expect(at('portals', 'main', 'oauth', 'clientId').required).toBe(true);
  expect(at('portals', 'main', 'token').insteadOf).toBe('oauth');
});

test('names of a map must follow its rule', () => {
  expect(fieldAt(root, ['portals', 'acme-eu'])).toBeDefined();
  expect(fieldAt(root, ['portals', 'Acme'])).toBeUndefined();
  expect(fieldAt(root, ['portals', '__proto__'])).toBeUndefined();
  expect(fieldAt(root, ['kafka', 'brokers', 'x'])).toBeUndefined();
});

test('secrets are known, and the sections that hold them', () => {
  expect(at('portals', 'main', 'token').secret).toBe(true);
  expect(holdsSecret(at('portals'))).toBe(true);
  expect(holdsSecret(at('registry', 'auth'))).toBe(true);
  expect(holdsSecret(at('delivery'))).toBe(false);
});

test('every field is described', () => {
  const places = [...walkFields(root)].filter(({ steps, field }) => {
    const step = steps.at(-1)?.kind;
    // Items and entries are described by their list or map.
    return step === 'field' && field.description === undefined;
  });
  expect(places.map(({ steps }) => placeText(steps))).toEqual([]);
});

test('every rule on the spelling of a value is put in words', () => {
  const wordless = [...walkFields(root)].filter(({ field }) => field.forms.concat(field.values).length === 0);
  expect(wordless).toEqual([]);
});
