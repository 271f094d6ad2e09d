/** The file that keeps the old offsets of a group, so that a move can be taken back. */
import { open, readFile } from 'node:fs/promises';
import { dirname } from 'node:path';
import { z } from 'zod';
import { CallmatchError, messageOf } from '../errors.ts';

const VERSION = 1;

const savedOffset = z.strictObject({
  topic: z.string().min(1),
  partition: z.int().min(0),
  /** Null: the group had committed nothing. */
  offset: z.int().min(0).nullable(),
  metadata: z.string(),
});

const document = z.strictObject({
  version: z.literal(VERSION),
  group: z.string().min(1),
  savedAt: z.iso.datetime(),
  offsets: z
    .array(savedOffset)
    .refine((offsets) => new Set(offsets.map(keyOf)).size === offsets.length, 'a partition is there twice'),
});

export type SavedOffset = Readonly<z.infer<typeof savedOffset>>;

export interface OffsetBackup {
  readonly group: string;
  /** ISO 8601 in UTC. */
  readonly savedAt: string;
  readonly offsets: readonly SavedOffset[];
}

/** `callmatch-offsets-GROUP-20261102T090000.000Z.json`, with `_` for what a file name cannot have everywhere. */
export function backupName({ group, savedAt }: Pick<OffsetBackup, 'group' | 'savedAt'>): string {
  return `callmatch-offsets-${group.replaceAll(/[^\w.-]/g, '_')}-${savedAt.replaceAll(/[-:]/g, '')}.json`;
}

/** Resolves when the file is on the disk, power cut or not. Throws `offsets-invalid`, also when it is there already. */
export async function writeBackup(path: string, backup: OffsetBackup): Promise<void> {
  try {
    await using file = await open(path, 'wx');
    await file.writeFile(`${JSON.stringify({ version: VERSION, ...backup }, null, 2)}\n`);
    await file.sync();
    // The name of a new file is in its folder, which is a file of its own.
    await using folder = await open(dirname(path), 'r');
    await folder.sync();
  } catch (error) {
    throw new CallmatchError('offsets-invalid', `the old offsets cannot be saved: ${messageOf(error)}`, {
      cause: error,
    });
  }
}

/** Throws `offsets-invalid` when the file cannot be read or was not written by `writeBackup`. */
export async function readBackup(path: string): Promise<OffsetBackup> {
  try {
    const parsed = document.safeParse(JSON.parse(await readFile(path, 'utf8')));
    if (parsed.success) return parsed.data;
    throw new Error(z.prettifyError(parsed.error));
  } catch (error) {
    throw new CallmatchError('offsets-invalid', `${path} has no saved offsets: ${messageOf(error)}`, { cause: error });
  }
}

function keyOf({ topic, partition }: SavedOffset): string {
  return `${topic}/${partition}`;
}
