import { expect, test } from 'vitest';
import { originText } from '../../../src/config/origin.ts';
import { problemLine } from '../../../src/config/problem.ts';
import { readYaml } from '../../../src/config/yaml-file.ts';

const mistakes = (text: string) => readYaml(text, 'c.yaml').problems.map(problemLine);

test('every value knows its line and column', () => {
  const { input, origins, problems } = readYaml('kafka:\n  groupId: x\n  brokers:\n    - a:1\n    - b:2\n', 'c.yaml');
  expect(problems).toEqual([]);
  expect(input).toEqual({ kafka: { groupId: 'x', brokers: ['a:1', 'b:2'] } });
  expect(Object.fromEntries([...origins].map(([path, origin]) => [path, originText(origin)]))).toEqual({
    kafka: 'c.yaml:1:1',
    'kafka.groupId': 'c.yaml:2:3',
    'kafka.brokers': 'c.yaml:3:3',
    'kafka.brokers[0]': 'c.yaml:4:7',
    'kafka.brokers[1]': 'c.yaml:5:7',
  });
});

test('keys are names as they stand, and never numbers', () => {
  const { input, origins } = readYaml('table:\n  0201: 7\n  201: 8\n  1e3: 9\n', 'c.yaml');
  expect(input).toEqual({ table: { '0201': 7, '201': 8, '1e3': 9 } });
  expect([...origins.keys()]).toEqual(['table', 'table.0201', 'table.201', 'table.1e3']);
  expect(mistakes('? [a]\n: 1\n')).toEqual(['not valid YAML: With stringKeys, all keys must be strings (c.yaml:1:3)']);
});

test('a value behind an alias has its place where it is written', () => {
  const { origins } = readYaml('a: &tls { ca: x }\nb: *tls\n', 'c.yaml');
  expect(origins.get('b.ca')).toEqual(origins.get('a.ca'));
});

test.each(['', '# nothing yet\n', '---\n'])('%j is an empty configuration', (text) => {
  expect(readYaml(text, 'c.yaml')).toMatchObject({ input: {}, problems: [] });
});

test('a key that is there twice is told, and the rest is still read', () => {
  const text = 'kafka:\n  groupId: a\n  groupId: b\n';
  expect(mistakes(text)).toEqual(['groupId is written twice in one section (c.yaml:3:3)']);
  expect(readYaml(text, 'c.yaml').input).toEqual({ kafka: { groupId: 'b' } });
});

test.each([
  ['a: [1\nb: 2', /^not valid YAML: .* \(c\.yaml:2:1\)$/],
  ['\ta: 1', /^not valid YAML: Tabs .* \(c\.yaml:1:1\)$/],
  ['a: 1\n---\nb: 2\n', /^a second YAML document \(---\); the configuration is one \(c\.yaml:2:1\)$/],
  ['a: *nowhere', /^c\.yaml: not valid YAML: .*nowhere/],
  ['a: &a { b: *a }', /^c\.yaml: not valid YAML: nested too deeply, or an alias contains itself$/],
  ['- a', /^c\.yaml: expected sections/],
  ['just words', /^c\.yaml: expected sections/],
])('%j is told with its place', (text, line) => {
  expect(mistakes(text)).toEqual([expect.stringMatching(line)]);
  expect(readYaml(text, 'c.yaml').input).toBeUndefined();
});

test('a tag that means nothing to us is a mistake, not a silent string', () => {
  expect(mistakes('a: !env HOME')).toEqual(['not valid YAML: Unresolved tag: !env (c.yaml:1:4)']);
});

test('messages do not quote the line, which may hold a secret', () => {
  expect(mistakes('portals:\n  main:\n    token: "geheim\n').join()).not.toContain('geheim');
});
