import { expect, test } from 'vitest';
import { fieldTree, walkFields } from '../../../src/config/field.ts';
import { configSchema } from '../../../src/config/schema.ts';
import {
  isSettable,
  knownVariables,
  variableName,
  variableSegment,
  variableShapes,
} from '../../../src/config/variable.ts';

const root = fieldTree(configSchema);

test.each([
  ['groupId', 'GROUP_ID'],
  ['brokers', 'BROKERS'],
  ['acme-eu', 'ACME_EU'],
  ['hs_call_title', 'HS_CALL_TITLE'],
])('%s is %s in a variable', (name, segment) => {
  expect(variableSegment(name)).toBe(segment);
});

test('no two fields share a variable', () => {
  const names = [...walkFields(root)].map(({ steps }) => variableName(steps));
  expect(names.length).toBe(new Set(names).size);
});

test('open names stay open, or are taken from what somebody wrote', () => {
  expect(knownVariables(root, ['PORTALS', 'ACME', 'TOKN'])).toEqual(
    expect.arrayContaining(['CALLMATCH_PORTALS__ACME__TOKEN', 'CALLMATCH_PORTALS__ACME__TOKEN_FILE']),
  );
  expect(knownVariables(root, [])).toContain('CALLMATCH_SOURCES__0__TOPIC');
});

test('the right spelling of every variable fits its own shape', () => {
  const names = knownVariables(root, []);
  const shapes = variableShapes(root);
  const misfits = names.filter((name) => {
    return !shapes.some(({ shape, spell }) => {
      const match = shape.exec(name);
      return match !== null && spell(match) === name;
    });
  });
  expect(misfits).toEqual([]);
});

test('a section alone is nothing that a variable needs to set', () => {
  const settable = [...walkFields(root)]
    .filter(({ field }) => isSettable(field))
    .map(({ steps }) => variableName(steps));
  expect(settable).toContain('CALLMATCH_KAFKA__GROUP_ID');
  expect(settable).not.toContain('CALLMATCH_KAFKA');
});
