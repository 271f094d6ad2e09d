import { writeFile } from 'node:fs/promises';
import { join } from 'node:path';
import { expect, test } from 'vitest';
import { avroFile } from '../../support/avro-file.ts';
import { callmatch } from '../../support/callmatch-process.ts';
import { mappingFolder } from '../../support/mapping-folder.ts';

const RECORD = { id: 'c1', state: 'ok', from: '+41315550179', to: '201' };
const files = {
  'a.jsonl': `${JSON.stringify(RECORD)}\n${JSON.stringify({ ...RECORD, from: 'anonymous' })}\n`,
  'broken.json': '{',
};
const TRY = ['mapping', 'try', '--mapping', './small.yaml', '-p', 'mainNumber=+41315550100'];

test('mapping try shows the payload or the reason, and no number in full', async () => {
  await using folder = await mappingFolder(files);
  const { code, out, err } = await callmatch([...TRY, 'a.jsonl'], { cwd: folder.path });
  expect({ code, err }).toEqual({ code: 0, err: '' });
  expect(out).toMatch(/^a\.jsonl:1: submitted\n {2}\{\n {4}"createEngagement": true/);
  expect(out).toContain('\na.jsonl:2: skipped: withheld, which is published\n');
  expect(out).toMatch(/\n2 records: 1 submitted, 1 skipped: withheld\n$/);
  expect(out).not.toContain('5550179');
});

test('mapping try ends with 4 when a record would be buried', async () => {
  await using folder = await mappingFolder(files);
  const { code, out } = await callmatch([...TRY, 'a.jsonl', 'broken.json', '--json', '--reveal', '--explain'], {
    cwd: folder.path,
  });
  const ends = out
    .trim()
    .split('\n')
    .map((line) => JSON.parse(line));
  expect(code).toBe(4);
  expect(ends[0].payload.fromNumber.e164Number).toBe('+41315550179');
  expect(ends[0].rules).toContainEqual({ rule: 'call.from.number[0]', gave: '"+41315550179"' });
  expect(ends[2].rules).toBeUndefined();
  expect(ends.map(({ place, end }) => `${place} ${end}`)).toEqual([
    'a.jsonl:1 enriched',
    'a.jsonl:2 skipped',
    'broken.json buried',
  ]);
});

test('mapping try takes the settings of a configured source, and the command line over them', async () => {
  const config = `
sources:
  - { topic: a, mapping: { name: ./small.yaml, parameters: { mainNumber: "+41315550100" } }, portal: { header: tenant } }
  - { topic: b, mapping: canonical, portal: { name: one } }
portals:
  one: { token: x, engagement: { create: false } }
  two: { token: y }
`;
  await using folder = await mappingFolder({ ...files, 'callmatch.yaml': config });
  const args = ['--source', 'a', '--header', 'tenant=one', '-p', 'mainNumber=+442079460123'];
  const { code, out } = await callmatch(['mapping', 'try', 'a.jsonl', '--json', ...args], { cwd: folder.path });
  expect(code).toBe(0);
  expect(JSON.parse(out.split('\n')[0] ?? '')).toMatchObject({
    portal: 'one',
    payload: { createEngagement: false, toNumber: { e164Number: '+442*******23' } },
  });
});

test('mapping try reads Avro, by the schema in the file or beside it', async () => {
  const schema = {
    type: 'record' as const,
    name: 'R',
    fields: ['id', 'state', 'from', 'to'].map((name) => ({ name, type: 'string' as const })),
  };
  await using folder = await mappingFolder({ 'a.avsc': JSON.stringify(schema) });
  const file = await avroFile(schema, [RECORD]);
  await writeFile(join(folder.path, 'a.avro'), file);
  const body = file.subarray(-16 - 23, -16);
  await writeFile(join(folder.path, 'value'), Buffer.concat([Buffer.from([0, 0, 0, 0, 7]), body]));
  const run = (...args: string[]) => callmatch([...TRY, '--json', ...args], { cwd: folder.path });
  expect(JSON.parse((await run('a.avro')).out)).toMatchObject({ end: 'enriched', payload: { externalCallId: 'c1' } });
  expect(JSON.parse((await run('value', '--schema', 'a.avsc')).out)).toMatchObject({ end: 'enriched' });
  const { code, err } = await run('value');
  expect(code).toBe(3);
  expect(err).toContain('a value was written with the Avro schema 7: name its file by --schema');
});

test('mapping try asks for a mapping where nothing names one', async () => {
  await using folder = await mappingFolder(files);
  const { code, err } = await callmatch(['mapping', 'try', 'a.jsonl'], { cwd: folder.path });
  expect(code).toBe(2);
  expect(err).toContain('error: name a mapping by --mapping');
});
