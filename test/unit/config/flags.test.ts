import { expect, test } from 'vitest';
import { fieldTree } from '../../../src/config/field.ts';
import { readFlags } from '../../../src/config/flags.ts';
import { problemLine } from '../../../src/config/problem.ts';
import { configSchema } from '../../../src/config/schema.ts';

const root = fieldTree(configSchema);
const mistakes = (...flags: string[]) => readFlags(root, flags).problems.map(problemLine);

test('flags become fields, each with the type that its field wants', () => {
  const { assignments, problems } = readFlags(root, [
    'kafka.brokers=a:9092,b:9092',
    'sources[0].topic=calls',
    'http.port=0',
    'kafka.sasl.password=a=b=c',
  ]);
  expect(problems).toEqual([]);
  expect(assignments.map(({ path, value }) => [path.join('/'), value])).toEqual([
    ['kafka/brokers', ['a:9092', 'b:9092']],
    ['sources/0/topic', 'calls'],
    ['http/port', 0],
    ['kafka/sasl/password', 'a=b=c'],
  ]);
});

test('the origin is the flag without its value', () => {
  const [assignment] = readFlags(root, ['portals.main.token=geheim']).assignments;
  expect(assignment?.origin).toEqual({ from: 'flag', flag: '--set portals.main.token' });
});

test.each([
  ['kafka.broker=a:1', '--set kafka.broker: kafka.broker: no such field; did you mean brokers?'],
  ['kafak.brokers=a:1', '--set kafak.brokers: kafak: no such field; did you mean kafka?'],
  [
    'sources.x.topic=a',
    '--set sources.x.topic: sources.x: an item of a list is named by its number, such as sources[0]',
  ],
  [
    'portals.Main.token=x',
    '--set portals.Main.token: portals.Main: the name must be lower-case letters, digits and -, a letter first',
  ],
  [
    'sources[99999].topic=a',
    '--set sources[99999].topic: sources.99999: an item of a list is named by its number, such as sources[0]',
  ],
  [
    '__proto__.x=1',
    '--set __proto__.x: __proto__: no such field; known here: kafka, registry, sources, portals, portalFiles, hubspot, delivery, admit, fold, output, redis, http, log',
  ],
])('%s is a mistake', (flag, line) => {
  expect(mistakes(flag)).toEqual([line]);
});

test('what is no assignment is not quoted, because it may be a secret', () => {
  expect(mistakes('pat-na1-geheim', '=geheim').join()).not.toContain('geheim');
});
