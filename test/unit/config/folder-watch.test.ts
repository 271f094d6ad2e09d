import { renameSync, rmSync, symlinkSync, unlinkSync } from 'node:fs';
import { join } from 'node:path';
import { expect, it } from 'vitest';
import { systemClock } from '../../../src/clock.ts';
import { watchFolder } from '../../../src/config/folder-watch.ts';
import { eventually } from '../../support/eventually.ts';
import { ManualClock, settled } from '../../support/manual-clock.ts';
import { createTemporaryFiles, type TemporaryFiles } from '../../support/temporary-files.ts';

it.each<[string, (files: TemporaryFiles) => void]>([
  ['is written', (files) => files.write('a.yaml', 'token: changed')],
  ['is added', (files) => files.write('b.yaml', 'token: x')],
  ['is gone', ({ folder }) => unlinkSync(join(folder, 'a.yaml'))],
  [
    'is replaced by another, as Kubernetes swaps its links',
    ({ folder }) => {
      symlinkSync('elsewhere', join(folder, '..data_tmp'));
      renameSync(join(folder, '..data_tmp'), join(folder, '..data'));
    },
  ],
])('tells when a file %s', async (_, change) => {
  await using files = createTemporaryFiles();
  files.write('a.yaml', 'token: x');
  let changes = 0;
  using _watch = watchFolder(files.folder, systemClock, () => {
    changes += 1;
  });
  const told = (count: number) =>
    eventually(
      () => `it is told ${count} times`,
      () => changes >= count,
      5_000,
    );
  await told(1);
  change(files);
  await told(2);
});

it('tells once at the beginning: a file may have come after the folder was read', async () => {
  await using files = createTemporaryFiles();
  const clock = new ManualClock();
  let changes = 0;
  using _watch = watchFolder(files.folder, clock, () => {
    changes += 1;
  });
  await clock.elapse(299);
  expect(changes).toBe(0);
  await clock.elapse(1);
  expect(changes).toBe(1);
});

it('looks now and then where the file system tells nothing, and not after its end', async () => {
  await using files = createTemporaryFiles();
  const folder = join(files.folder, 'later');
  const clock = new ManualClock();
  let changes = 0;
  // A folder that is not there cannot be watched.
  const watch = watchFolder(folder, clock, () => {
    changes += 1;
  });
  const pass = async (ms: number) => {
    await clock.elapse(ms);
    // The poll reads the disk.
    await eventually(
      () => 'the next poll is set',
      () => clock.pending > 0,
    );
  };
  await pass(0);
  await pass(30_000);
  expect(changes).toBe(1);
  symlinkSync(files.folder, folder);
  files.write('a.yaml', 'x');
  await pass(30_000);
  await pass(300);
  expect(changes).toBe(2);
  watch[Symbol.dispose]();
  rmSync(folder);
  await settled();
  expect(clock.pending).toBe(0);
});
