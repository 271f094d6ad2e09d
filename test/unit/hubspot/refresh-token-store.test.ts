import { chmodSync, mkdirSync, readdirSync, readFileSync, rmSync, statSync, symlinkSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { afterEach, beforeEach, describe, expect, it } from 'vitest';
import { fileStore, memoryStore } from '../../../src/hubspot/refresh-token-store.ts';
import { ManualClock } from '../../support/manual-clock.ts';
import { createTemporaryFiles, type TemporaryFiles } from '../../support/temporary-files.ts';

describe('without a file', () => {
  it('the newest one is known, and that a restart forgets it is told', async () => {
    const told: string[] = [];
    await using store = memoryStore('r-1', { notKept: (reason) => told.push(reason) });
    expect(await store.read()).toBe('r-1');
    await store.keep('r-2');
    expect(await store.read()).toBe('r-2');
    expect(told).toEqual(['there is no refreshTokenFile to keep it in']);
  });
});

describe('a file', () => {
  let files: TemporaryFiles;
  let path: string;
  let clock: ManualClock;
  let told: string[];
  beforeEach(() => {
    files = createTemporaryFiles();
    path = files.write('refresh-token', 'r-1\n');
    clock = new ManualClock();
    told = [];
  });
  afterEach(() => files[Symbol.asyncDispose]());

  const open = (at = path) =>
    fileStore(at, clock, { kept: () => told.push('kept'), notKept: (reason) => told.push(reason) });
  const content = () => readFileSync(path, 'utf8');
  /** A folder in its place: what even root cannot overwrite. */
  const block = () => {
    rmSync(path);
    mkdirSync(path);
  };
  const unblock = (token: string) => {
    rmSync(path, { recursive: true });
    writeFileSync(path, token);
  };

  it('is trimmed, and replaced as a whole, for its owner only', async () => {
    chmodSync(path, 0o644);
    await using store = open();
    expect(await store.read()).toBe('r-1');
    await store.keep('r-2');
    expect([content(), statSync(path).mode & 0o777, told]).toEqual(['r-2\n', 0o600, ['kept']]);
    expect(await store.read()).toBe('r-2');
    expect(readdirSync(files.folder)).toEqual(['refresh-token']);
  });

  it('that is a link is replaced where it leads', async () => {
    const link = join(files.folder, 'link');
    symlinkSync(path, link);
    await using store = open(link);
    await store.keep('r-2');
    expect(content()).toBe('r-2\n');
    expect(readFileSync(link, 'utf8')).toBe('r-2\n');
    expect(readdirSync(files.folder).sort()).toEqual(['link', 'refresh-token']);
  });

  it('is read anew each time: somebody else may have written it', async () => {
    await using store = open();
    await store.read();
    writeFileSync(path, 'r-9');
    expect(await store.read()).toBe('r-9');
  });

  it.each([
    ['is absent', () => rmSync(path), 'ENOENT'],
    ['is empty', () => writeFileSync(path, ' \n'), 'the file is empty'],
  ])('that %s is told, and the last one known is used', async (_, spoil, reason) => {
    await using known = open();
    await known.read();
    spoil();
    const error = { code: 'refresh-token-missing', fate: 'pause-portal', message: expect.stringContaining(reason) };
    await using fresh = open();
    await expect(fresh.read()).rejects.toMatchObject(error);
    expect(await known.read()).toBe('r-1');
    writeFileSync(path, 'r-2');
    expect(await fresh.read()).toBe('r-2');
  });

  it('that cannot be written is tried again until it can, ever more slowly, and the newest token is used', async () => {
    await using store = open();
    await store.read();
    block();
    await store.keep('r-2');
    expect(told).toEqual([expect.stringMatching(/refresh-token: E/)]);
    expect(told.join()).not.toContain('r-2');
    expect(await store.read()).toBe('r-2');
    await store.keep('r-3');
    expect(await store.read()).toBe('r-3');
    for (const pause of [2_000, 4_000]) {
      const before = told.length;
      await clock.elapse(pause - 1);
      expect(told).toHaveLength(before);
      clock.advance(1);
      await expect.poll(() => told.length).toBe(before + 1);
    }
    unblock('r-1');
    clock.advance(8_000);
    await expect.poll(content).toBe('r-3\n');
    await expect.poll(() => told.at(-1)).toBe('kept');
    expect(clock.pending).toBe(0);
  });

  it('into which a person puts a token while ours cannot be written is right', async () => {
    const store = open();
    await store.read();
    block();
    await store.keep('r-2');
    unblock('r-9');
    expect(await store.read()).toBe('r-9');
    await store[Symbol.asyncDispose]();
    expect([content(), clock.pending]).toEqual(['r-9', 0]);
  });

  it('is tried once more at the end', async () => {
    const store = open();
    await store.read();
    block();
    await store.keep('r-2');
    unblock('r-1');
    await store[Symbol.asyncDispose]();
    expect([content(), clock.pending]).toEqual(['r-2\n', 0]);
  });
});
