/** Tells when the files of a folder have changed. */
import { type FSWatcher, watch } from 'node:fs';
import { readdir, stat } from 'node:fs/promises';
import { join } from 'node:path';
import type { Clock } from '../clock.ts';

/** Changes come in bursts: a write, a rename, the swap of a mounted volume. Milliseconds. */
const QUIET_MS = 300;
/** The file system's own word can fail to come: on network volumes, or when the limit of watches is reached. */
const POLL_MS = 30_000;

/**
 * @param onChange may be called once too often, never too seldom: it is called once at the beginning as well, because
 * nobody knows what has changed since the folder was read
 */
export function watchFolder(folder: string, clock: Clock, onChange: () => void): Disposable {
  let cancelQuiet = () => {};
  let cancelPoll = () => {};
  let isOver = false;
  let seen: string | undefined;

  const changed = () => {
    cancelQuiet();
    cancelQuiet = clock.after(QUIET_MS, onChange);
  };
  const poll = async () => {
    const now = await fingerprint(folder);
    if (isOver) return;
    if (seen !== undefined && now !== seen) changed();
    seen = now;
    cancelPoll = clock.after(POLL_MS, poll);
  };
  const watcher = openWatcher(folder, changed);
  changed();
  void poll();

  return {
    [Symbol.dispose]() {
      isOver = true;
      watcher?.close();
      cancelQuiet();
      cancelPoll();
    },
  };
}

function openWatcher(folder: string, changed: () => void): FSWatcher | undefined {
  try {
    const watcher = watch(folder, { persistent: false }, changed);
    // Polling goes on without it.
    watcher.on('error', () => watcher.close());
    return watcher;
  } catch {
    return undefined;
  }
}

/** Name, time and size of every file, behind symbolic links; the same text as long as nothing changes. */
async function fingerprint(folder: string): Promise<string> {
  try {
    const lines: string[] = [];
    for (const name of (await readdir(folder)).sort()) {
      const file = await stat(join(folder, name)).catch(() => undefined);
      lines.push(`${name} ${file?.mtimeMs} ${file?.size} ${file?.ino}`);
    }
    return lines.join('\n');
  } catch {
    return 'unreadable';
  }
}
