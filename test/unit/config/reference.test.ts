import { expect, test } from 'vitest';
import { fieldTree, placeText, walkFields } from '../../../src/config/field.ts';
import { renderReference } from '../../../src/config/reference.ts';
import { configSchema } from '../../../src/config/schema.ts';
import { isSettable } from '../../../src/config/variable.ts';

const page = renderReference();
const rows = page.split('\n').filter((line) => line.startsWith('| `'));

test('every field that can be set has one row, in a table of five columns', () => {
  const settable = [...walkFields(fieldTree(configSchema))].filter(({ steps, field }) => {
    return isSettable(field) && steps.length > 1 && steps.at(-1)?.kind !== 'item';
  });
  for (const { steps } of settable) {
    const row = rows.filter((line) => line.startsWith(`| \`${placeText(steps)}\` |`));
    expect(row, placeText(steps)).toHaveLength(1);
  }
  for (const row of rows) expect(row.split(/(?<!\\)\|/), row).toHaveLength(7);
});

test('a row says what may be written, the default, the variable and what it is for', () => {
  expect(rows).toContain(
    '| `kafka.startFrom` | one of `latest`, `earliest` | `latest` | `CALLMATCH_KAFKA__START_FROM` | Where a group ' +
      'without committed offsets starts. The number of records left out is logged. |',
  );
  expect(rows).toContain(
    '| `portals.<name>.token` | a string | this or `oauth` | `CALLMATCH_PORTALS__<NAME>__TOKEN`<br>' +
      '`CALLMATCH_PORTALS__<NAME>__TOKEN_FILE` | Access token of a private app or service key. |',
  );
});
