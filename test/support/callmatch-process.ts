/** The command line as a user meets it: a process, its output, its exit code. */
import { execFile } from 'node:child_process';
import { fileURLToPath } from 'node:url';
import { collectText, secretsIn } from './collected-logs.ts';

const LAUNCHER = fileURLToPath(new URL('../../bin/callmatch.js', import.meta.url));

export interface Ended {
  readonly code: number;
  readonly out: string;
  readonly err: string;
}

/** Runs `callmatch` to its end. @param env the whole environment: nothing is inherited. */
export function callmatch(
  args: readonly string[],
  { cwd, env = {} }: { cwd: string; env?: Readonly<Record<string, string>> },
): Promise<Ended> {
  return new Promise((resolve) => {
    execFile(process.execPath, [LAUNCHER, ...args], { cwd, env }, (error, out, err) => {
      collectText(out + err, secretsIn(env));
      resolve({ code: error === null ? 0 : Number(error.code), out, err });
    });
  });
}
