import { writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { describe, expect, it } from 'vitest';
import { searchLogs, secretsIn } from '../../support/collected-logs.ts';
import { createTemporaryFiles } from '../../support/temporary-files.ts';

function search(...lines: string[]) {
  const files = createTemporaryFiles();
  files.write('secrets', '["sim-main","short"]\n["with\\"quote"]\n');
  files.write('one.log', '{"level":"info","msg":"joined"}\n');
  writeFileSync(join(files.folder, 'two.log'), lines.join('\n'));
  return searchLogs(files.folder);
}

describe('the search of the collected logs', () => {
  it.each([
    ['a token', '{"reason":"refused sim-main"}'],
    ['a password in a header', `Basic ${Buffer.from('sim-main').toString('base64')}`],
    ['a secret within JSON', '{"text":"with\\"quote"}'],
    ['a caller', '{"from":"+12025550143"}'],
    ['a caller in a URL', 'GET /calls?from=%2b12025550143'],
  ])('finds %s', (_name, line) => {
    expect(search('nothing', line)).toMatchObject({ logs: 2, leaks: [expect.stringContaining(line)] });
  });

  it('passes over what is masked, times, and what is too short to be a secret', () => {
    const lines = ['+12*******43', '2026-01-15T10:00:00+0100', 'short', '12025550143', '{"offset":123456789012}'];
    expect(search(...lines)).toMatchObject({ lines: 7, leaks: [] });
  });

  it('is about what it was told, and finds an empty folder empty', async () => {
    await using files = createTemporaryFiles();
    expect(searchLogs(files.folder)).toEqual({ logs: 0, lines: 0, leaks: [] });
    expect(
      secretsIn({ CALLMATCH_PORTALS__MAIN__TOKEN: 'a', CALLMATCH_SOURCES__0__TOPIC: 'b', X_PASSWORD: 'c' }),
    ).toEqual(['a', 'c']);
  });
});
