import { mkdtemp, readdir, readFile, writeFile } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { afterEach, beforeEach, describe, expect, it } from 'vitest';
import { removeFolder } from '../../../src/dev/child-process.ts';
import { cached } from '../../../src/dev/maven-artifacts.ts';

let home: string;
beforeEach(async () => {
  home = await mkdtemp(join(tmpdir(), 'callmatch-test-'));
});
afterEach(() => removeFolder(home));

/** Fills a folder with one file, and holds the fill open until `until` resolves. */
const fillWith =
  (content: string, until: Promise<void> = Promise.resolve()) =>
  async (folder: string) => {
    await writeFile(join(folder, 'content'), content);
    await until;
  };
const contentOf = (folder: string) => readFile(join(folder, 'content'), 'utf8');

describe('cached', () => {
  it('fills a folder once', async () => {
    const env = { XDG_CACHE_HOME: home };
    const folder = await cached('tool-1', { env }, fillWith('first'));
    expect(folder).toBe(join(home, 'callmatch', 'tool-1'));
    expect(await cached('tool-1', { env }, fillWith('second'))).toBe(folder);
    expect(await contentOf(folder)).toBe('first');
  });

  it('lies in .cache of the home folder unless XDG_CACHE_HOME says otherwise', async () => {
    expect(await cached('tool-1', { env: { HOME: home } }, fillWith(''))).toBe(join(home, '.cache/callmatch/tool-1'));
  });

  it('shows nobody a folder that is half full, and lets the first of two win', async () => {
    const env = { XDG_CACHE_HOME: home };
    const held = Promise.withResolvers<void>();
    const slow = cached('tool-1', { env }, fillWith('slow', held.promise));
    const folder = await cached('tool-1', { env }, fillWith('fast'));
    held.resolve();
    expect(await slow).toBe(folder);
    expect(await contentOf(folder)).toBe('fast');
    expect(await readdir(join(home, 'callmatch'))).toEqual(['tool-1']);
  });

  it('leaves nothing behind when the fill fails', async () => {
    const env = { XDG_CACHE_HOME: home };
    const fail = async () => {
      throw new Error('no network');
    };
    await expect(cached('tool-1', { env }, fail)).rejects.toThrow('no network');
    expect(await readdir(join(home, 'callmatch'))).toEqual([]);
  });

  it('takes what another process has filled when the own fill fails', async () => {
    const env = { XDG_CACHE_HOME: home };
    const folder = await cached('tool-1', { env }, async () => {
      await cached('tool-1', { env }, fillWith('by another'));
      throw new Error('the local repository is in use');
    });
    expect(await contentOf(folder)).toBe('by another');
  });
});
