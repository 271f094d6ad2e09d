import { EventEmitter } from 'node:events';
import { readFile } from 'node:fs/promises';
import { join } from 'node:path';
import { expect, it } from 'vitest';
import { type Clock, systemClock } from '../../../src/clock.ts';
import { holdHangUps, keepPortalsCurrent } from '../../../src/command/portal-reload.ts';
import { type ConfigRequest, loadConfig } from '../../../src/config/load.ts';
import { createKnownSecrets } from '../../../src/ops/known-secrets.ts';
import type { PortalConfigs } from '../../../src/portals.ts';
import { eventually } from '../../support/eventually.ts';
import { ManualClock } from '../../support/manual-clock.ts';
import { createTemporaryFiles } from '../../support/temporary-files.ts';

async function setUp(clock: Clock = new ManualClock()) {
  await using parts = new AsyncDisposableStack();
  const files = parts.use(createTemporaryFiles());
  const folder = parts.use(createTemporaryFiles());
  folder.write('acme.yaml', 'token: t-acme');
  const main = (extra = '') =>
    files.write(
      'callmatch.yaml',
      `portalFiles: ${folder.folder}\nsources:\n  - { topic: t, portal: { did: true } }\n${extra}`,
    );
  const request: ConfigRequest = { file: main(), env: {}, readText: (path) => readFile(path, 'utf8') };
  const updates: PortalConfigs[] = [];
  const happened: [string, unknown][] = [];
  const secrets = createKnownSecrets('********');
  const signals = new EventEmitter();
  const reload = parts.use(
    keepPortalsCurrent({
      request,
      loaded: await loadConfig(request),
      processor: {
        updatePortals(portals) {
          updates.push(portals);
          return { added: Object.keys(portals).slice(1), changed: [], removed: [] };
        },
      },
      telemetry: { happened: (name, fields) => void happened.push([name, fields]) },
      secrets,
      signals,
      clock,
    }),
  );
  const running = parts.move();
  return {
    folder,
    main,
    updates,
    happened,
    secrets,
    signals,
    reload,
    [Symbol.asyncDispose]: () => running.disposeAsync(),
  };
}

it('reads the portals again on SIGHUP, and knows their secrets', async () => {
  await using world = await setUp();
  world.main('portals: { main: { token: geheim-main } }\n');
  world.signals.emit('SIGHUP');
  await eventually(
    () => 'the new list is in force',
    () => world.updates.length > 0,
  );
  expect(Object.keys(world.updates[0] ?? {})).toEqual(['acme', 'main']);
  expect(world.secrets.mask('geheim-main')).toBe('********');
  expect(world.happened).toContainEqual(['portalsReloaded', { added: 'main', changed: 'none', removed: 'none' }]);
});

it('reads them when a file changes', async () => {
  await using world = await setUp(systemClock);
  world.folder.write('beta.yaml', 'token: t-beta');
  await eventually(
    () => 'the new portal is there',
    () => world.updates.some((portals) => 'beta' in portals),
    5_000,
  );
});

it('tells what is wrong, and goes on with what is right', async () => {
  await using world = await setUp();
  world.folder.write('acme.yaml', 'token: [');
  await world.reload.reload();
  expect(world.updates.at(-1)).toMatchObject({ acme: { token: 't-acme' } });
  expect(world.happened).toContainEqual([
    'portalKept',
    { reason: expect.stringContaining(join(world.folder.folder, 'acme.yaml')) },
  ]);
  world.main('extra: 1\n');
  const before = world.updates.length;
  await world.reload.reload();
  expect(world.updates).toHaveLength(before);
  expect(world.happened.at(-1)).toEqual(['reloadFailed', { reason: expect.stringContaining('extra') }]);
});

it('reads once more for all that came while it read', async () => {
  await using world = await setUp();
  await Promise.all([world.reload.reload(), world.reload.reload(), world.reload.reload()]);
  expect(world.updates).toHaveLength(2);
});

it('listens to nothing after its end', async () => {
  const world = await setUp();
  await world[Symbol.asyncDispose]();
  expect(world.signals.listenerCount('SIGHUP')).toBe(0);
});

it('takes a SIGHUP that comes too early or too late', () => {
  const signals = new EventEmitter();
  using hangUps = holdHangUps(signals);
  expect(hangUps.hasCome).toBe(false);
  signals.emit('SIGHUP');
  expect(hangUps.hasCome).toBe(true);
  hangUps[Symbol.dispose]();
  expect(signals.listenerCount('SIGHUP')).toBe(0);
});
