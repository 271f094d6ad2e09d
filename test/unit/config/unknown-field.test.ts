import { expect, test } from 'vitest';
import { fieldTree } from '../../../src/config/field.ts';
import type { Path } from '../../../src/config/path.ts';
import { configSchema } from '../../../src/config/schema.ts';
import { unknownFieldText, unknownPart } from '../../../src/config/unknown-field.ts';

const root = fieldTree(configSchema);

test.each<[Path, string]>([
  [['kafka', 'grupId'], 'no such field; did you mean groupId?'],
  [['groupId'], 'no such field here; there is kafka.groupId'],
  [['requests'], 'no such field here; there is portals.<name>.quota.requests'],
  [['http', 'threads'], 'no such field; known here: host, port'],
  [['http', 'port', 'number'], 'has no fields'],
  [['portals', 'A B'], 'the name must be lower-case letters, digits and -, a letter first'],
  [['kafka', 'sasl', 'tokenUrl'], 'does not go with the other fields of its section'],
])('%j', (path, text) => {
  expect(unknownFieldText(root, path)).toBe(text);
});

test('the path is followed as far as it leads', () => {
  expect(unknownPart(root, ['kafka', 'grupId', 'x'])).toEqual(['kafka', 'grupId']);
  expect(unknownPart(root, ['kafka', 'groupId'])).toBeUndefined();
});
