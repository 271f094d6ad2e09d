import { describe, expect, it } from 'vitest';
import { readPortalFiles } from '../../../src/config/portal-files.ts';
import { problemLine } from '../../../src/config/problem.ts';

function read(files: Record<string, string | Error>) {
  const readText = async (file: string) => {
    const text = files[file.replace('dir/', '')] ?? '';
    if (text instanceof Error) throw text;
    return text;
  };
  return readPortalFiles('dir', readText, async () => Object.keys(files));
}

describe('a folder of portals', () => {
  it('has a file for each, and knows where every value stands', async () => {
    const { portals, origins, problems } = await read({
      'acme.yaml': 'token: t-1\nquota:\n  requests: 5\n',
      'beta.yml': 'token: t-2',
      '..data': '',
      '.acme.yaml.swp': 'x',
      'README.md': 'x',
    });
    expect(portals).toEqual({ acme: { token: 't-1', quota: { requests: 5 } }, beta: { token: 't-2' } });
    expect(origins.get('portals.acme.quota.requests')).toEqual({
      from: 'file',
      file: 'dir/acme.yaml',
      line: 3,
      column: 3,
    });
    expect(problems).toEqual([]);
  });

  it('tells the portal and the place of every mistake', async () => {
    const { problems } = await read({
      'a.yaml': 'token: [',
      'b.yaml': '- token',
      'c.yaml': new Error('EACCES'),
      'd.yaml': 'token: x',
      'd.yml': 'token: y',
    });
    expect(problems.map(problemLine)).toEqual([
      expect.stringMatching(/^portals\.a: not valid YAML: .*\(dir\/a\.yaml:1:/),
      'portals.b: expected fields such as token: at the top of the file',
      'portals.c: cannot read the file dir/c.yaml: EACCES',
      'portals.d: has two files, dir/d.yml is one of them',
    ]);
  });

  it('that is not there is a mistake', async () => {
    const { problems } = await readPortalFiles('/nowhere', async () => '');
    expect(problems[0]?.place).toBe('portalFiles');
    expect(problems[0]?.text).toContain('ENOENT');
  });
});
