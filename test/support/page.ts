/** The commands of a page of `docs/`, as a reader types them, and what the page says of their ends and outputs. */
import { execFile, spawn } from 'node:child_process';
import { once } from 'node:events';
import { mkdtemp, readFile, rm, writeFile } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { fileURLToPath } from 'node:url';
import { collectOutput, collectText, secretsIn } from './collected-logs.ts';

/** A line of a block of commands. */
export interface PageCommand {
  readonly line: string;
  /** What the comment behind it says: `# ends with 4`; else 0. */
  readonly code: number;
  /** The block of text that follows; of several commands in a block, of the last one. `…` stands for anything. */
  readonly output: string | undefined;
}

export interface PageSection {
  readonly title: string;
  readonly commands: readonly PageCommand[];
  /** Its blocks of YAML. */
  readonly yaml: readonly string[];
}

/** @param name in `docs/`. Sections begin with `##`. */
export async function readPage(name: string): Promise<PageSection[]> {
  const page = await readFile(new URL(`../../docs/${name}`, import.meta.url), 'utf8');
  return page
    .split(/^## /m)
    .slice(1)
    .map((text) => {
      const blocks = [...text.matchAll(/^```(\w+)\n(.*?)^```/gms)].map(([, kind, body = '']) => ({ kind, body }));
      return {
        title: text.split('\n', 1)[0] ?? '',
        commands: blocks.flatMap(({ kind, body }, at) => {
          if (kind !== 'sh') return [];
          const next = blocks[at + 1];
          return commandsOf(body, next?.kind === 'text' ? next.body : undefined);
        }),
        yaml: blocks.filter(({ kind }) => kind === 'yaml').map(({ body }) => body),
      };
    });
}

function commandsOf(block: string, output: string | undefined): PageCommand[] {
  const lines = block.split('\n').filter((line) => line !== '' && !line.startsWith('#'));
  return lines.map((line, n) => {
    const [, code = '0'] = / # ends with (\d+)/.exec(line) ?? [];
    return { line, code: Number(code), output: n === lines.length - 1 ? output : undefined };
  });
}

/** What the page shows of an output, as a pattern. */
export function shown(output: string): RegExp {
  const parts = output.split('…').map((part) => part.replace(/[.*+?^${}()|[\]\\]/g, '\\$&'));
  return new RegExp(`^${parts.join('[^]*?')}$`);
}

export interface Shell extends AsyncDisposable {
  /** Runs a line to its end. */
  run(line: string): Promise<{ readonly code: number; readonly out: string; readonly err: string }>;
  /** Starts a command that runs until it is stopped, as by Ctrl-C; it is stopped with the shell. */
  start(line: string): Running;
}

export interface Running {
  /** Everything it has written so far. */
  log(): string;
  /** Stops it; resolves with its exit code. */
  stop(): Promise<number | string>;
}

/** A shell in a folder, with `callmatch` on its path. @param env besides the path, nothing is inherited */
export async function openShell(cwd: string, env: Readonly<Record<string, string>> = {}): Promise<Shell> {
  const launcher = fileURLToPath(new URL('../../bin/callmatch.js', import.meta.url));
  const bin = await mkdtemp(join(tmpdir(), 'callmatch-bin-'));
  await writeFile(join(bin, 'callmatch'), `#!/bin/sh\nexec '${process.execPath}' '${launcher}' "$@"\n`, {
    mode: 0o755,
  });
  // Half of what a short command costs is reading its sources.
  const environment = { PATH: `${bin}:${process.env.PATH}`, NODE_COMPILE_CACHE: join(bin, 'cache'), ...env };
  const parts = new AsyncDisposableStack();
  parts.defer(() => rm(bin, { recursive: true }));
  return {
    run: (line) =>
      new Promise((resolve) => {
        execFile('/bin/sh', ['-c', line], { cwd, env: environment }, (error, out, err) => {
          collectText(out + err, secretsIn(env));
          resolve({ code: error === null ? 0 : Number(error.code), out, err });
        });
      }),
    start(line) {
      // Else it would be the shell that is stopped.
      const child = spawn('/bin/sh', ['-c', `exec ${line}`], { cwd, env: environment });
      collectOutput([child.stdout, child.stderr], secretsIn(env));
      const log: string[] = [];
      for (const stream of [child.stdout, child.stderr])
        stream.on('data', (chunk: Buffer) => void log.push(chunk.toString()));
      const ended = once(child, 'exit').then(([code, signal]) => code ?? signal);
      const stop = () => {
        child.kill('SIGINT');
        return ended;
      };
      parts.defer(async () => void (await stop()));
      return { log: () => log.join(''), stop };
    },
    [Symbol.asyncDispose]: () => parts.disposeAsync(),
  };
}
