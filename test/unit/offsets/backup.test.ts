import { readFile } from 'node:fs/promises';
import { join } from 'node:path';
import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import { backupName, readBackup, writeBackup } from '../../../src/offsets/backup.ts';
import { createTemporaryFiles } from '../../support/temporary-files.ts';

const SAVED_AT = '2026-11-02T09:00:00.000Z';
const BACKUP = {
  group: 'callmatch',
  savedAt: SAVED_AT,
  offsets: [
    { topic: 'calls.cdr', partition: 0, offset: 12, metadata: '{"v":1}' },
    { topic: 'calls.cdr', partition: 1, offset: null, metadata: '' },
  ],
};

describe('a file of saved offsets', () => {
  it('gives back exactly what was written, whatever the metadata', async () => {
    await using files = createTemporaryFiles();
    let count = 0;
    const offset = fc.option(fc.maxSafeNat());
    await fc.assert(
      fc.asyncProperty(fc.string({ unit: 'binary' }), offset, async (metadata, offset) => {
        const path = join(files.folder, `${count++}.json`);
        const backup = { ...BACKUP, offsets: [{ topic: 'calls.cdr', partition: 0, offset, metadata }] };
        await writeBackup(path, backup);
        expect(await readBackup(path)).toEqual({ version: 1, ...backup });
      }),
      { numRuns: 30 },
    );
  });

  it('never replaces another file', async () => {
    await using files = createTemporaryFiles();
    const path = files.write('taken.json', 'mine');
    await expect(writeBackup(path, BACKUP)).rejects.toMatchObject({ code: 'offsets-invalid' });
    expect(await readFile(path, 'utf8')).toBe('mine');
  });

  it('cannot be in a folder that is not there', async () => {
    await using files = createTemporaryFiles();
    const path = join(files.folder, 'missing', 'old.json');
    await expect(writeBackup(path, BACKUP)).rejects.toThrow('the old offsets cannot be saved');
  });

  it.each([
    ['no JSON', 'x'],
    ['another version', JSON.stringify({ version: 2, ...BACKUP })],
    ['an unknown field', JSON.stringify({ version: 1, ...BACKUP, more: 1 })],
    ['a partition twice', JSON.stringify({ version: 1, ...BACKUP, offsets: [BACKUP.offsets[0], BACKUP.offsets[0]] })],
    [
      'a negative offset',
      JSON.stringify({ version: 1, ...BACKUP, offsets: [{ topic: 't', partition: 0, offset: -1, metadata: '' }] }),
    ],
  ])('is refused with %s', async (_, text) => {
    await using files = createTemporaryFiles();
    const path = files.write('old.json', text);
    await expect(readBackup(path)).rejects.toMatchObject({ code: 'offsets-invalid' });
  });

  it('is refused when it is not there', async () => {
    await expect(readBackup('/nowhere/old.json')).rejects.toThrow('/nowhere/old.json has no saved offsets');
  });

  it.each([
    ['callmatch', 'callmatch-offsets-callmatch-20261102T090000.000Z.json'],
    ['team/calls: a', 'callmatch-offsets-team_calls__a-20261102T090000.000Z.json'],
  ])('of group %s is named %s', (group, name) => {
    expect(backupName({ group, savedAt: SAVED_AT })).toBe(name);
  });
});
