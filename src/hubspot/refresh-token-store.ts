/** Where a portal's refresh token is kept. HubSpot may give a new one with every access token. */
import { randomUUID } from 'node:crypto';
import { open, readFile, realpath, rename, rm } from 'node:fs/promises';
import type { Clock } from '../clock.ts';
import { CallmatchError, messageOf } from '../errors.ts';

export interface RefreshTokenStore extends AsyncDisposable {
  /** The newest one there is. Rejects with `refresh-token-missing`. */
  read(): Promise<string>;
  /** Takes a newer one. Resolves once it is durable, or has failed to become so, which was told and is tried again. */
  keep(token: string): Promise<void>;
}

export interface StoreEvents {
  kept(): void;
  /** A restart would lose the newest refresh token. */
  notKept(reason: string): void;
}

/** The token of the configuration. A newer one lives as long as the process. */
export function memoryStore(token: string, { notKept }: Pick<StoreEvents, 'notKept'>): RefreshTokenStore {
  let newest = token;
  return {
    read: async () => newest,
    async keep(next) {
      newest = next;
      notKept('there is no refreshTokenFile to keep it in');
    },
    [Symbol.asyncDispose]: async () => {},
  };
}

/** First and longest pause between two tries to write, milliseconds. */
const PAUSE = { first: 1_000, longest: 60_000 } as const;

/**
 * A file that holds the token and nothing else. It is read before each use, so that what another process or a person
 * puts there is taken up, and replaced as a whole: a crash leaves the old token or the new one.
 */
export function fileStore(
  path: string,
  clock: Pick<Clock, 'after'>,
  { kept, notKept }: StoreEvents,
): RefreshTokenStore {
  /** What the file held when we last knew it. */
  let known: string | undefined;
  /** Newer than the file, because it could not be written yet. */
  let unwritten: string | undefined;
  let failures = 0;
  let writing: Promise<void> | undefined;
  let cancelTimer: (() => void) | undefined;

  const write = async (): Promise<void> => {
    cancelTimer?.();
    cancelTimer = undefined;
    while (unwritten !== undefined) {
      const token = unwritten;
      try {
        await replaceFile(path, token);
      } catch (error) {
        failures += 1;
        notKept(`${path}: ${messageOf(error)}`);
        return;
      }
      known = token;
      failures = 0;
      if (unwritten === token) unwritten = undefined;
      kept();
    }
  };

  /** One at a time; after a failure it is tried again by itself. */
  const writeAll = (): Promise<void> => {
    writing ??= write().finally(() => {
      writing = undefined;
      if (unwritten === undefined) return;
      const pause = Math.min(PAUSE.longest, PAUSE.first * 2 ** Math.min(failures - 1, 16));
      cancelTimer = clock.after(pause, () => void writeAll());
    });
    return writing;
  };

  return {
    async read() {
      const inFile = await readFile(path, 'utf8').then(
        (text) => text.trim(),
        (error: unknown) => ({ unreadable: messageOf(error) }),
      );
      if (typeof inFile === 'object' || inFile === '') {
        const last = unwritten ?? known;
        if (last !== undefined) return last;
        const reason = typeof inFile === 'object' ? inFile.unreadable : 'the file is empty';
        throw new CallmatchError('refresh-token-missing', `no refresh token in ${path}: ${reason}`);
      }
      if (unwritten !== undefined && inFile === known) return unwritten;
      // Somebody else has put it there, later than what we could not write.
      unwritten = undefined;
      known = inFile;
      return inFile;
    },
    async keep(token) {
      unwritten = token;
      await writeAll();
    },
    async [Symbol.asyncDispose]() {
      await writing;
      if (unwritten !== undefined) await write();
      cancelTimer?.();
    },
  };
}

/** The new file is complete, and on the disk, before it takes the place of the old one. */
async function replaceFile(path: string, token: string): Promise<void> {
  // A link stays a link.
  const target = await realpath(path).catch(() => path);
  // A name of its own: two processes may share the file.
  const temporary = `${target}.${randomUUID()}`;
  try {
    await using file = await open(temporary, 'wx', 0o600);
    await file.writeFile(`${token}\n`);
    await file.sync();
    await rename(temporary, target);
  } catch (error) {
    await rm(temporary, { force: true });
    throw error;
  }
}
