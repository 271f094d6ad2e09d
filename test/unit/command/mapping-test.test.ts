import { expect, test } from 'vitest';
import { callmatch } from '../../support/callmatch-process.ts';
import { mappingFolder } from '../../support/mapping-folder.ts';

const CASES = `
cases:
  - name: answered
    records: [{ value: { id: 1, state: ok, from: "+41315550179", to: "+41315550100" } }]
    expect: [{ call: { status: COMPLETED } }]
  - name: busy
    records: [{ value: { id: 1, state: busy, from: "+41315550179", to: "+41315550100" } }]
    expect: [{ call: { from: { e164: "+41315550178" } } }]
`;

test('mapping test runs the tests of the current folder, and ends with 4 when one fails', async () => {
  await using folder = await mappingFolder({ 'small.test.yaml': CASES });
  const { code, out, err } = await callmatch(['mapping', 'test', '--coverage'], { cwd: folder.path });
  expect({ code, err }).toEqual({ code: 4, err: '' });
  expect(out.split('\n')).toEqual([
    'small.test.yaml',
    '  ok      answered',
    '  not ok  busy',
    '          end 1, call.from.e164: expected "+413******78", got "+413******79"',
    expect.stringMatching(/^ {2}of \d+ rules these gave nothing/),
    '          skip[0].when',
    '          call.from.number[1]',
    '2 cases: 1 ok, 1 not ok',
    '',
  ]);
});

test('mapping test prints JSON', async () => {
  const { code, out } = await callmatch(['mapping', 'test', 'canonical', '--json'], { cwd: '.' });
  const found = out
    .trim()
    .split('\n')
    .map((line) => JSON.parse(line));
  expect(code).toBe(0);
  expect(found.every(({ ok }) => ok)).toBe(true);
});

test('mapping test runs the tests of the configured mappings', async () => {
  const config = 'sources: [{ topic: a, mapping: canonical }]\nportals: { main: { token: x } }\n';
  await using folder = await mappingFolder({ 'callmatch.yaml': config });
  const { code, out } = await callmatch(['mapping', 'test'], { cwd: folder.path });
  expect(code).toBe(0);
  expect(out).toContain('canonical.test.yaml\n');
});

test('mapping test says where there are no tests', async () => {
  await using folder = await mappingFolder({});
  const { code, err } = await callmatch(['mapping', 'test', 'small.yaml'], { cwd: folder.path });
  expect(code).toBe(2);
  expect(err).toContain('small.yaml: there are no tests, because there is no file small.test.yaml');
});
