import { beforeEach, describe, expect, it } from 'vitest';
import { type ConfigRequest, type LoadedConfig, loadConfig } from '../../../src/config/load.ts';
import { problemLine } from '../../../src/config/problem.ts';
import { reloadConfig } from '../../../src/config/reload.ts';

const MAIN = 'portalFiles: dir\nsources:\n  - { topic: t, portal: { did: true } }\n';

/** Files as they are now; a test changes them. */
let files: Record<string, string>;
let last: LoadedConfig;
const request: ConfigRequest = {
  env: {},
  readText: async (file) => {
    const text = files[file];
    if (text === undefined) throw Object.assign(new Error('ENOENT'), { code: 'ENOENT' });
    return text;
  },
  listFiles: async (folder) =>
    Object.keys(files).flatMap((file) => (file.startsWith(`${folder}/`) ? [file.slice(folder.length + 1)] : [])),
};

beforeEach(async () => {
  files = {
    './callmatch.yaml': MAIN,
    'dir/a.yaml': "token: t-a\nnumbers: ['+14155550100']\n",
    'dir/b.yaml': "token: t-b\nnumbers: ['+14155550101']\n",
  };
  last = await loadConfig(request);
});

async function reload() {
  const { loaded, problems } = await reloadConfig(request, last);
  const tokens = Object.entries(loaded.config.portals).map(([name, { token }]) => `${name} ${token}`);
  last = loaded;
  return { tokens, problems: problems.map(problemLine) };
}

describe('a reload', () => {
  it('takes what was added, changed and removed', async () => {
    files['dir/a.yaml'] = 'token: t-new\n';
    files['dir/c.yaml'] = 'token: t-c\n';
    delete files['dir/b.yaml'];
    expect(await reload()).toEqual({ tokens: ['a t-new', 'c t-c'], problems: [] });
  });

  it('keeps a portal as it was when its file is broken, and takes the rest', async () => {
    files['dir/a.yaml'] = 'token: [';
    files['dir/b.yaml'] = 'tokn: t-new\n';
    files['dir/c.yaml'] = 'token: t-c\n';
    const { tokens, problems } = await reload();
    expect(tokens).toEqual(['a t-a', 'b t-b', 'c t-c']);
    expect(problems.join('\n')).toMatch(/portals\.a: not valid YAML/);
    expect(problems).toContain('portals.b.tokn: no such field; did you mean token? (dir/b.yaml:1:1)');
    files['dir/a.yaml'] = 'token: t-mended\n';
    files['dir/b.yaml'] = 'token: t-mended\n';
    expect(await reload()).toEqual({ tokens: ['a t-mended', 'b t-mended', 'c t-c'], problems: [] });
  });

  it('leaves a new portal out that is broken, or takes the number of another', async () => {
    files['dir/c.yaml'] = "token: t-c\nnumbers: ['+14155550100']\n";
    files['dir/d.yaml'] = 'token: 5\n';
    const { tokens, problems } = await reload();
    expect(tokens).toEqual(['a t-a', 'b t-b']);
    expect(problems.join()).toContain('portals.d.token');
    delete files['dir/d.yaml'];
    expect((await reload()).problems).toEqual([
      'portals.c.numbers[0]: expected a number of its own (portal a has it too), got "+14*******00" (dir/c.yaml:2:11)',
    ]);
  });

  it.each<[string, () => void, string]>([
    ['the file itself is broken', () => Object.assign(files, { './callmatch.yaml': `${MAIN}extra: 1\n` }), 'extra'],
    [
      'the folder is empty, as a volume is that was not mounted',
      () => ['a', 'b'].map((n) => delete files[`dir/${n}.yaml`]),
      'at least one portal',
    ],
    [
      'a portal takes a number of one before it',
      () => Object.assign(files, { 'dir/a.yaml': "token: x\nnumbers: ['+14155550101']\n" }),
      'portals.b.numbers',
    ],
  ])('is not used at all when %s', async (_, change, said) => {
    change();
    await expect(reload()).rejects.toThrow(said);
  });
});
