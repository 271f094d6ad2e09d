/** Programs that run beside us and never outlive us. */
import { spawn } from 'node:child_process';
import { once } from 'node:events';
import { open, readFile, rm } from 'node:fs/promises';
import { join } from 'node:path';
import { setTimeout as delay } from 'node:timers/promises';

export interface ChildOptions {
  readonly command: string;
  readonly args: readonly string[];
  /** Folder of this child alone: working directory and place of its log. Deleted should we die before the child. */
  readonly folder: string;
  /** Added to our own environment. */
  readonly env?: Readonly<Record<string, string>>;
}

export interface Exit {
  readonly code: number | null;
  readonly signal: NodeJS.Signals | null;
}

export interface ChildProcess extends AsyncDisposable {
  /** Resolves when the program has ended, for whatever reason. */
  readonly exited: Promise<Exit>;
  /** Undefined while the program runs. */
  readonly exit: Exit | undefined;
  /** The last lines of what it wrote to stdout and stderr. */
  logTail(): Promise<string>;
  /** Sends the program a signal, if it still runs. */
  signal(signal: NodeJS.Signals): void;
  /** Asks it to end (SIGTERM), and ends it (SIGKILL) when it takes longer than `graceMs` (default 10 s). */
  stop(graceMs?: number): Promise<void>;
}

/**
 * The program must end when we do, also when we are killed with -9 and can do nothing about it any more. So we hold the
 * only writing end of a pipe that is never written to. A background shell reads its other end: the read returns when
 * the kernel closes our end, because we are gone, and the shell kills the program and deletes its folder. (A pipe and
 * not a look at the parent's id now and then, because that can miss a parent's death and meet a reused id.)
 *
 * The shell that is started becomes the program itself (`exec`), so its id, its signals and its exit code are the
 * program's own. The program never has the pipe (`3<&-`). `$$` is safe to kill: as long as the background shell
 * is in the group that is named after the program's id, no other process is given that id. `kill 0` ends what the
 * program itself may have started.
 *
 * `detached` puts both into a process group of their own: Ctrl-C in a terminal signals our whole group, and the broker
 * must not end before us, but when we have drained and stop it.
 */
const GUARD = `
  folder=$1
  shift
  { read -r line <&3; kill -KILL $$; sleep 1; rm -rf -- "$folder"; kill -KILL 0; } >/dev/null 2>&1 </dev/null &
  exec "$@" 3<&-
`;

const LOG_LINES = 15;
/** Exit code of a shell that cannot find the program. */
const NOT_FOUND = 127;

/** Starts the program. Rejects when it cannot be started at all. */
export async function startChild({ command, args, folder, env = {} }: ChildOptions): Promise<ChildProcess> {
  const logFile = join(folder, 'output.log');
  // A file and not a pipe: a full pipe would stop the program, a broken one would kill it.
  const log = await open(logFile, 'a');
  const child = spawn('sh', ['-c', GUARD, 'sh', folder, command, ...args], {
    cwd: folder,
    env: { ...process.env, ...env },
    detached: true,
    stdio: ['ignore', log.fd, log.fd, 'pipe'],
  });
  let exit: Exit | undefined;
  const exited = new Promise<Exit>((resolve) => {
    child.once('exit', (code, signal) => {
      // What is left of the group is the guard. It must go before the pipe is closed, else it would take our end of the
      // pipe for our death and delete the folder, which a broker that is started again needs.
      killGroup(child.pid);
      child.stdio[3]?.destroy();
      exit = { code, signal };
      resolve(exit);
    });
  });
  try {
    await once(child, 'spawn');
  } finally {
    await log.close();
  }

  const stop = async (graceMs = 10_000): Promise<void> => {
    if (exit === undefined) {
      child.kill('SIGTERM');
      const settled = new AbortController();
      const bound = delay(graceMs, undefined, { signal: settled.signal }).then(
        () => killGroup(child.pid),
        () => {},
      );
      await exited;
      settled.abort();
      await bound;
    }
  };
  return {
    exited,
    get exit() {
      return exit;
    },
    async logTail() {
      const text = await readFile(logFile, 'utf8').catch(() => '');
      return text.trimEnd().split('\n').slice(-LOG_LINES).join('\n');
    },
    signal: (signal) => void child.kill(signal),
    stop,
    [Symbol.asyncDispose]: () => stop(),
  };
}

function killGroup(pid: number | undefined): void {
  try {
    if (pid !== undefined) process.kill(-pid, 'SIGKILL');
  } catch {
    // Nobody is left in the group.
  }
}

/** Runs a program to its end. Rejects with the end of its log when it fails, and ends it when `signal` aborts. */
export async function runToEnd(options: ChildOptions & { readonly signal: AbortSignal }): Promise<void> {
  await using child = await startChild(options);
  options.signal.throwIfAborted();
  const onAbort = () => void child.stop();
  options.signal.addEventListener('abort', onAbort, { once: true });
  const { code, signal } = await child.exited;
  options.signal.removeEventListener('abort', onAbort);
  options.signal.throwIfAborted();
  if (code === NOT_FOUND) {
    throw new Error(`${options.command} was not found`);
  }
  if (code !== 0) {
    throw new Error(`${options.command} ended with ${signal ?? `code ${code}`}:\n${await child.logTail()}`);
  }
}

/** Deletes a folder of ours, also one that a dying program still writes to. */
export async function removeFolder(folder: string): Promise<void> {
  await rm(folder, { recursive: true, force: true, maxRetries: 5 });
}
