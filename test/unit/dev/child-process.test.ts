import { spawn } from 'node:child_process';
import { once } from 'node:events';
import { existsSync } from 'node:fs';
import { mkdtemp, readFile } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { afterEach, beforeEach, describe, expect, it, vi } from 'vitest';
import { removeFolder, runToEnd, startChild } from '../../../src/dev/child-process.ts';

let folder: string;
beforeEach(async () => {
  folder = await mkdtemp(join(tmpdir(), 'callmatch-test-'));
});
afterEach(() => removeFolder(folder));

const shell = (script: string) => ({ command: 'sh', args: ['-c', script], folder });
/** Without an abort of its own. */
const { signal } = new AbortController();

/** Whether there is a process of that id, or, for a negative number, a process in that group. */
function isRunning(pid: number): boolean {
  try {
    process.kill(pid, 0);
    return true;
  } catch {
    return false;
  }
}

describe('startChild', () => {
  it('reports how the program ended and what it wrote last', async () => {
    await using child = await startChild(shell('seq 1 100; echo sorry >&2; exit 3'));
    expect(await child.exited).toEqual({ code: 3, signal: null });
    expect(child.exit).toEqual({ code: 3, signal: null });
    expect((await child.logTail()).split('\n')).toEqual([...Array(14).keys()].map((n) => `${n + 87}`).concat('sorry'));
  });

  it('ends the program in order when it is stopped', async () => {
    await using child = await startChild(shell(`trap 'echo bye; exit 0' TERM; echo up; while :; do sleep 0.02; done`));
    await vi.waitUntil(async () => (await child.logTail()) === 'up');
    expect(child.exit).toBeUndefined();
    await child.stop();
    expect(child.exit).toEqual({ code: 0, signal: null });
    expect(await child.logTail()).toBe('up\nbye');
  });

  it('signals the program, and stops one that is frozen', async () => {
    await using child = await startChild(shell(`trap 'echo hup' HUP TERM; echo up; while :; do sleep 0.02; done`));
    await vi.waitUntil(async () => (await child.logTail()) === 'up');
    child.signal('SIGHUP');
    await vi.waitUntil(async () => (await child.logTail()) === 'up\nhup');
    child.signal('SIGSTOP');
    await child.stop(50);
    expect(child.exit).toEqual({ code: null, signal: 'SIGKILL' });
    child.signal('SIGTERM');
  });

  it('ends a program that does not listen, together with what that has started', async () => {
    const script = `trap '' TERM; sleep 600 & echo $! > grandchild; echo up; while :; do sleep 0.02; done`;
    await using child = await startChild(shell(script));
    await vi.waitUntil(async () => (await child.logTail()) === 'up');
    const grandchild = Number(await readFile(join(folder, 'grandchild'), 'utf8'));
    await child.stop(50);
    expect(child.exit).toEqual({ code: null, signal: 'SIGKILL' });
    // An orphan is there until the init process has collected it.
    await vi.waitUntil(() => !isRunning(grandchild), { timeout: 5_000 });
  });

  it('keeps the folder when the program ends, and leaves no guard', async () => {
    await using child = await startChild(shell('echo $$'));
    await child.exited;
    const group = -Number(await child.logTail());
    await vi.waitUntil(() => !isRunning(group), { timeout: 5_000 });
    expect(existsSync(folder)).toBe(true);
  });

  it('ends the program and deletes its folder when we are killed', async () => {
    const owner = `
      import { startChild } from ${JSON.stringify(import.meta.resolve('../../../src/dev/child-process.ts'))};
      const folder = ${JSON.stringify(folder)};
      await startChild({ command: 'sh', args: ['-c', 'echo $$; exec sleep 600'], folder });
    `;
    const killed = spawn(process.execPath, ['--input-type=module', '--eval', owner], { stdio: 'inherit' });
    const exited = once(killed, 'exit');
    const pidOf = () => readFile(join(folder, 'output.log'), 'utf8').catch(() => '');
    await vi.waitUntil(async () => (await pidOf()) !== '', { timeout: 5_000 });
    const pid = Number(await pidOf());
    expect(isRunning(pid)).toBe(true);

    killed.kill('SIGKILL');
    await exited;
    await vi.waitUntil(() => !isRunning(pid) && !existsSync(folder), { timeout: 5_000 });
  });
});

describe('runToEnd', () => {
  it('resolves when the program succeeds', async () => {
    await runToEnd({ ...shell('echo done > result'), signal });
    expect(await readFile(join(folder, 'result'), 'utf8')).toBe('done\n');
  });

  it('rejects with what the program said when it fails', async () => {
    await expect(runToEnd({ ...shell('echo no such artifact; exit 1'), signal })).rejects.toThrow(
      'sh ended with code 1:\nno such artifact',
    );
  });

  it('names a program that is not installed', async () => {
    await expect(runToEnd({ command: 'no-such-program', args: [], folder, signal })).rejects.toThrow(
      'no-such-program was not found',
    );
  });

  it('ends the program when it is aborted while it runs', async () => {
    const controller = new AbortController();
    const run = runToEnd({ ...shell('echo up; exec sleep 600'), signal: controller.signal });
    await vi.waitUntil(async () => (await readFile(join(folder, 'output.log'), 'utf8').catch(() => '')) === 'up\n');
    controller.abort(new Error('interrupted'));
    await expect(run).rejects.toThrow('interrupted');
  });

  it('ends the program when it is aborted while it starts', async () => {
    const controller = new AbortController();
    const run = runToEnd({ ...shell('exec sleep 600'), signal: controller.signal });
    controller.abort(new Error('interrupted'));
    await expect(run).rejects.toThrow('interrupted');
  });
});
