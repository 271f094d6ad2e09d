import { mkdtemp, rm, writeFile } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { readInput, recordsOf } from '../../../src/trial/records.ts';
import { createTrialSchemas } from '../../../src/trial/trial-schemas.ts';
import { avroFile } from '../../support/avro-file.ts';

const FRAME = { topic: 't', partition: 0, timestamp: 5, key: Buffer.from('k'), headers: { a: 'b' } };
const records = (name: string, bytes: Buffer) => recordsOf(name, bytes, 'auto', FRAME, createTrialSchemas({}));

let folder: string;
beforeAll(async () => {
  folder = await mkdtemp(join(tmpdir(), 'callmatch-records-'));
});
afterAll(() => rm(folder, { recursive: true }));

describe('the records of a file', () => {
  it('have their place, and all else that a Kafka record has', () => {
    expect(records('a.jsonl', Buffer.from('{"a":1}\n{"a":2}'))).toEqual([
      { source: { ...FRAME, offset: 0, value: Buffer.from('{"a":1}') }, place: 'a.jsonl:1' },
      { source: { ...FRAME, offset: 1, value: Buffer.from('{"a":2}') }, place: 'a.jsonl:2' },
    ]);
  });

  it('are named like the file where there is one, and by number where there are no lines', () => {
    expect(records('-', Buffer.from('{"a":1}')).map(({ place }) => place)).toEqual(['stdin']);
    expect(records('a.json', Buffer.from('[{},{}]')).map(({ place }) => place)).toEqual([
      'a.json, record 1',
      'a.json, record 2',
    ]);
  });

  it('are the framed values of an Avro file', async () => {
    const bytes = await avroFile({ type: 'record', name: 'R', fields: [{ name: 'a', type: 'int' }] }, [{ a: 1 }]);
    expect(records('a.avro', bytes)[0]?.source.value).toEqual(Buffer.from([0, 255, 255, 255, 255, 2]));
  });

  it('are missed', () => {
    expect(() => records('a.csv', Buffer.from('\n\n'))).toThrow('a.csv: there is no record in it');
  });
});

describe('an input', () => {
  it('is a file', async () => {
    await writeFile(join(folder, 'a'), 'x');
    expect(await readInput(join(folder, 'a'))).toEqual(Buffer.from('x'));
  });

  it('that is not there is told by its name', async () => {
    await expect(readInput('/nowhere/a')).rejects.toThrow(/^\/nowhere\/a: ENOENT/);
  });
});
