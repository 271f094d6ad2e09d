import { type ChildProcess, spawn } from 'node:child_process';
import { once } from 'node:events';
import { readFileSync } from 'node:fs';
import { createInterface } from 'node:readline';
import { afterEach, expect, test } from 'vitest';
import { crmCommand } from '../../../src/command/crm.ts';

const CLI = new URL('../../../src/cli.ts', import.meta.url).pathname;

const children: ChildProcess[] = [];
afterEach(() => {
  for (const child of children.splice(0)) child.kill('SIGKILL');
});

/** Starts `callmatch crm` in a process of its own. */
function start(...args: string[]) {
  const child = spawn(process.execPath, [CLI, 'crm', ...args], { stdio: ['ignore', 'pipe', 'pipe'] });
  children.push(child);
  let stderr = '';
  child.stderr.on('data', (chunk) => {
    stderr += chunk;
  });
  const firstLine = once(createInterface(child.stdout), 'line').then(([line]) => String(line));
  const exit = once(child, 'close').then(([code]) => ({ code, stderr }));
  return { child, firstLine, exit };
}

test('prints where it is and how to get in, serves, and ends at SIGTERM', async () => {
  const { child, firstLine, exit } = start('--port', '0', '--quota', 'rolling:7/10s', '--json');
  const { url, ...access } = JSON.parse(await firstLine);
  expect(access).toEqual({ portal: 'main', hubId: 100_001, token: 'sim-main' });
  const owners = await fetch(`${url}/crm/owners/2026-03`, { headers: { authorization: 'Bearer sim-main' } });
  expect([owners.status, owners.headers.get('x-hubspot-ratelimit-max')]).toEqual([200, '7']);
  child.kill('SIGTERM');
  expect(await exit).toEqual({ code: 0, stderr: '' });
});

test('prints one line for people; other machines are let in only when asked, and it says so', async () => {
  const { child, firstLine, exit } = start('--port', '0', '--host', '0.0.0.0');
  expect(await firstLine).toMatch(
    /^CRM simulator: http:\/\/0\.0\.0\.0:\d+ \(portal main, hub 100001, token sim-main\)$/,
  );
  child.kill('SIGINT');
  expect(await exit).toEqual({ code: 0, stderr: expect.stringMatching(/\/_sim\//) });
});

test.each([
  [['--port', '70000'], /integer from 0 to 65535/],
  [['--search-lag', 'soon'], /duration/],
  [['--quota', 'much'], /quota/],
  [['--seed', '/nowhere.yaml'], /nowhere/],
])('%j ends with a clear message', async (args, message) => {
  const { code, stderr } = await start(...args).exit;
  expect(code).not.toBe(0);
  expect(stderr).toMatch(message);
});

test('the documentation has every option with its default', () => {
  const page = readFileSync(new URL('../../../docs/simulator.md', import.meta.url), 'utf8');
  for (const { long, defaultValue } of crmCommand().options) {
    const row = page.split('\n').find((line) => line.startsWith(`| \`${long}`));
    expect(row, `${long}`).toBeDefined();
    if (typeof defaultValue === 'string') expect(row).toContain(defaultValue);
  }
});
