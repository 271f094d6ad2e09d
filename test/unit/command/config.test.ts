import { mkdtemp, rm, writeFile } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { afterAll, beforeAll, expect, test } from 'vitest';
import { parse } from 'yaml';
import { callmatch } from '../../support/callmatch-process.ts';

let cwd: string;

beforeAll(async () => {
  cwd = await mkdtemp(join(tmpdir(), 'callmatch-config-'));
});
afterAll(() => rm(cwd, { recursive: true }));

test('config check prints what is in force, and no secret', async () => {
  await writeFile(join(cwd, 'good.yaml'), 'portals:\n  main:\n    token: geheim-1\n');
  const env = { CALLMATCH_KAFKA__BROKERS: 'a:1,b:2' };
  const { code, out, err } = await callmatch(['config', 'check', '--config', 'good.yaml'], { cwd, env });
  expect({ code, err }).toEqual({ code: 0, err: '' });
  expect(parse(out)).toMatchObject({ kafka: { brokers: ['a:1', 'b:2'] }, portals: { main: { token: '********' } } });
  expect(out).toContain('# good.yaml:3:5');
});

test('a secret is read from its file', async () => {
  await writeFile(join(cwd, 'token'), 'geheim-2\n');
  const env = { CALLMATCH_PORTALS__MAIN__TOKEN_FILE: 'token' };
  const { code, out } = await callmatch(['config', 'check'], { cwd, env });
  expect(code).toBe(0);
  expect(out).toContain('token: "********" # CALLMATCH_PORTALS__MAIN__TOKEN_FILE (token)\n');
});

test('config check shows nothing of an OAuth app but its id and the name of its file', async () => {
  const oauth = '{ clientId: app, refreshTokenFile: refresh-token }';
  await writeFile(join(cwd, 'oauth.yaml'), `portals:\n  main:\n    oauth: ${oauth}\n`);
  await writeFile(join(cwd, 'client-secret'), 'geheim-3\n');
  const env = { CALLMATCH_PORTALS__MAIN__OAUTH__CLIENT_SECRET_FILE: 'client-secret' };
  const { code, out } = await callmatch(['config', 'check', '-c', 'oauth.yaml'], { cwd, env });
  expect([code, parse(out).portals.main.oauth]).toEqual([
    0,
    { clientId: 'app', clientSecret: '********', refreshTokenFile: 'refresh-token', version: '2026-03' },
  ]);
});

test('config check lists all mistakes on stderr, and ends with 2', async () => {
  await writeFile(join(cwd, 'bad.yaml'), 'kafka:\n  grupId: x\n  brokers: [a]\n');
  const env = { CALLMATCH_HTTP__PORT: 'x' };
  const { code, out, err } = await callmatch(['config', 'check', '-c', 'bad.yaml'], { cwd, env });
  expect({ code, out }).toEqual({ code: 2, out: '' });
  expect(err.split('\n')).toEqual([
    'config-invalid: The configuration has 4 mistakes:',
    '  kafka.brokers[0]: expected host:port, got "a" (bad.yaml:3:13)',
    '  kafka.grupId: no such field; did you mean groupId? (bad.yaml:2:3)',
    expect.stringMatching(/^ {2}portals: missing; expected at least one portal/),
    '  http.port: expected a whole number from 0 to 65535, got "x" (CALLMATCH_HTTP__PORT)',
    expect.stringMatching(/^What to do: /),
    '',
  ]);
});

test('config schema prints JSON', async () => {
  const { code, out } = await callmatch(['config', 'schema'], { cwd });
  expect(code).toBe(0);
  expect(JSON.parse(out)).toMatchObject({ type: 'object', required: ['portals'] });
});
