/** Files that a test hands to what it tests by their paths. */
import { mkdtempSync, writeFileSync } from 'node:fs';
import { rm } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';

export interface TemporaryFiles extends AsyncDisposable {
  readonly folder: string;
  /** Writes a text file and gives its path. */
  write(name: string, text: string): string;
}

/** A folder of the test's own, gone with disposal. */
export function createTemporaryFiles(): TemporaryFiles {
  const folder = mkdtempSync(join(tmpdir(), 'callmatch-test-'));
  return {
    folder,
    write(name, text) {
      const path = join(folder, name);
      writeFileSync(path, text, { mode: 0o600 });
      return path;
    },
    [Symbol.asyncDispose]: () => rm(folder, { recursive: true }),
  };
}
