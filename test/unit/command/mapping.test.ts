import { readFile } from 'node:fs/promises';
import { expect, test } from 'vitest';
import { callmatch } from '../../support/callmatch-process.ts';

test('mapping list has a line for every mapping that is shipped', async () => {
  const { code, out, err } = await callmatch(['mapping', 'list'], { cwd: '.' });
  expect({ code, err }).toEqual({ code: 0, err: '' });
  expect(out).toMatch(/^asterisk +json.*csv.*Asterisk.*\(.*timeZone.*\)$/m);
  expect(out).toMatch(/^canonical +json avro /m);
  expect(out).not.toContain('.test');
});

test('mapping list prints JSON', async () => {
  const { out } = await callmatch(['mapping', 'list', '--json'], { cwd: '.' });
  const found = out
    .trim()
    .split('\n')
    .map((line) => JSON.parse(line));
  expect(found.map(({ name }) => name)).toEqual(expect.arrayContaining(['asterisk', 'canonical']));
  expect(found.find(({ name }) => name === 'asterisk').parameters).toMatchObject({ timeZone: { type: 'text' } });
});

test('mapping show prints the file as it is', async () => {
  const { code, out } = await callmatch(['mapping', 'show', 'canonical'], { cwd: '.' });
  const file = await readFile(new URL('../../../presets/canonical.yaml', import.meta.url), 'utf8');
  expect({ code, out }).toEqual({ code: 0, out: file });
});

test('mapping show suggests the nearest name', async () => {
  const { code, err } = await callmatch(['mapping', 'show', 'astersik'], { cwd: '.' });
  expect(code).toBe(2);
  expect(err).toContain('there is no mapping astersik: did you mean asterisk?');
});
