import { expect, test } from 'vitest';
import { parse } from 'yaml';
import { renderExampleFile } from '../../../src/config/example-file.ts';
import { configSchema } from '../../../src/config/schema.ts';

const yaml = renderExampleFile();

test('it is a valid configuration', () => {
  expect(configSchema.safeParse(parse(yaml)).error).toBeUndefined();
});

test('what may stand in place of a setting is there as a comment, ready to be used', () => {
  const comment = /^ {4}# Or, in its place:\n((?: {4}# {3}.*\n)+) {4}token: change-me$/m.exec(yaml)?.[1] ?? '';
  const oauth = parse(comment.replaceAll(/^ {4}# {3}/gm, ''));
  expect(oauth).toMatchObject({ oauth: { clientId: 'change-me', refreshToken: 'change-me', version: '2026-03' } });
  expect(configSchema.safeParse({ portals: { main: oauth } }).error).toBeUndefined();
  expect(comment).toContain('#   refreshTokenFile: ');
});

test('every section of the schema is there, and every setting has its description above it', () => {
  expect(Object.keys(parse(yaml))).toEqual(Object.keys(configSchema.shape));
  const lines = yaml.split('\n');
  for (const [index, line] of lines.entries()) {
    const isSetting = /^\s*(- )?[\w-]+:/.test(line) && !/^ {2}main:/.test(line);
    if (isSetting) expect(lines[index - 1], line).toMatch(/^\s*(- )?# +\S/);
  }
});
