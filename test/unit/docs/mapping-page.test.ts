import { expect, test } from 'vitest';
import { renderMappingPage } from '../../../src/docs/mapping-page.ts';

const page = renderMappingPage();

test('the page has every field, rule and condition in the form in which it is written', () => {
  for (const row of [
    '| `version` | yes | `integer | text` |',
    '| `each` |  | `rule` |',
    '| `agent` |  | `rule` |',
    '| `{ match: text, of: rule }` | `match`: Regular expression',
    '| `{ first: [rule, …] }` |',
    '| `{ decode: url | base64 | json, of: rule }` |',
    '| `{ value: rule, above: number }` |',
    '| `{ not: condition }` |',
  ])
    expect(page.replaceAll('\\|', '|')).toContain(row);
});

test('nothing in it is without a name', () => {
  expect(page).not.toMatch(/__schema|undefined|\[object/);
});
