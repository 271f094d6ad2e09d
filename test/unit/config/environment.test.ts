import { describe, expect, test } from 'vitest';
import { type Environment, readEnvironment } from '../../../src/config/environment.ts';
import { fieldTree } from '../../../src/config/field.ts';
import { pathText } from '../../../src/config/path.ts';
import { problemLine } from '../../../src/config/problem.ts';
import { configSchema } from '../../../src/config/schema.ts';

const root = fieldTree(configSchema);
const FILES: Record<string, string> = { '/run/token': ' s3cret-value\n', '/run/empty': ' \n' };

async function readText(file: string): Promise<string> {
  const text = FILES[file];
  if (text === undefined) throw new Error(`ENOENT: no such file or directory, open '${file}'`);
  return text;
}

async function settings(env: Environment, input: unknown = {}) {
  const { assignments } = await readEnvironment(root, env, input, readText);
  return Object.fromEntries(assignments.map(({ path, value }) => [pathText(path), value]));
}

async function mistakes(env: Environment) {
  const { assignments, problems } = await readEnvironment(root, env, {}, readText);
  expect(assignments).toEqual([]);
  return problems.map(problemLine);
}

test('variables become fields, each with the type that its field wants', async () => {
  const env = {
    CALLMATCH_KAFKA__BROKERS: 'a:9092,b:9092',
    CALLMATCH_KAFKA__GROUP_ID: 'calls',
    CALLMATCH_SOURCES__0__DEFAULT_COUNTRY: 'CH',
    CALLMATCH_HTTP__PORT: '0',
    CALLMATCH_ADMIT__NON_FINAL: 'true',
    CALLMATCH_PORTALS__MAIN__ENGAGEMENT__CREATE: 'false',
    CALLMATCH_KAFKA__TLS: '{}',
  };
  expect(await settings(env)).toEqual({
    'kafka.brokers': ['a:9092', 'b:9092'],
    'kafka.groupId': 'calls',
    'sources[0].defaultCountry': 'CH',
    'http.port': 0,
    'admit.nonFinal': true,
    'portals.main.engagement.create': false,
    'kafka.tls': {},
  });
});

describe('names of a map', () => {
  test('match what the file has, with - for _', async () => {
    const input = { portals: { 'acme-eu': {} } };
    expect(await settings({ CALLMATCH_PORTALS__ACME_EU__TOKEN: 'x' }, input)).toEqual({ 'portals.acme-eu.token': 'x' });
  });

  test('are spelled as their rule wants it when they are new', async () => {
    const env = {
      CALLMATCH_PORTALS__ACME_EU__ENGAGEMENT__PROPERTIES__HS_CALL_TITLE: 'Call',
      CALLMATCH_SOURCES__0__MAPPING__PARAMETERS__MAIN_NUMBER: '1',
    };
    expect(await settings(env)).toEqual({
      'portals.acme-eu.engagement.properties.hs_call_title': 'Call',
      'sources[0].mapping.parameters.mainNumber': '1',
    });
  });
});

describe('a secret in a file', () => {
  test('is read and trimmed, and its origin names variable and file', async () => {
    const env = { CALLMATCH_PORTALS__MAIN__TOKEN_FILE: '/run/token' };
    const { assignments } = await readEnvironment(root, env, {}, readText);
    const origin = { from: 'environment', variable: 'CALLMATCH_PORTALS__MAIN__TOKEN_FILE', file: '/run/token' };
    expect(assignments).toEqual([{ path: ['portals', 'main', 'token'], value: 's3cret-value', origin }]);
  });

  test.each([
    ['/run/absent', "cannot read the file: ENOENT: no such file or directory, open '/run/absent'"],
    ['/run/empty', 'the file /run/empty is empty'],
  ])('%s is told', async (file, text) => {
    expect(await mistakes({ CALLMATCH_PORTALS__MAIN__TOKEN_FILE: file })).toEqual([
      `CALLMATCH_PORTALS__MAIN__TOKEN_FILE: ${text}`,
    ]);
  });

  test('that has a field of its own is not read here: it is the one that is written, too', async () => {
    expect(await settings({ CALLMATCH_PORTALS__A__OAUTH__REFRESH_TOKEN_FILE: '/run/token' })).toEqual({
      'portals.a.oauth.refreshTokenFile': '/run/token',
    });
    expect(await settings({ CALLMATCH_PORTALS__A__OAUTH__CLIENT_SECRET_FILE: '/run/token' })).toEqual({
      'portals.a.oauth.clientSecret': 's3cret-value',
    });
  });

  test('beside the secret itself is one too many', async () => {
    const env = { CALLMATCH_PORTALS__A__TOKEN: 'x', CALLMATCH_PORTALS__A__TOKEN_FILE: '/run/token' };
    const { problems } = await readEnvironment(root, env, {}, readText);
    expect(problems.map(problemLine)).toEqual([
      'CALLMATCH_PORTALS__A__TOKEN_FILE: sets the same as CALLMATCH_PORTALS__A__TOKEN; keep one of the two',
    ]);
  });
});

test.each([
  ['CALLMATCH_KAFKA__BROKER', 'no such setting; the nearest name is CALLMATCH_KAFKA__BROKERS'],
  ['CALLMATCH_HTP__PORT', 'no such setting; the nearest name is CALLMATCH_HTTP__PORT'],
  ['CALLMATCH_PORTALS__ACME__TOKN', 'no such setting; the nearest name is CALLMATCH_PORTALS__ACME__TOKEN'],
  ['CALLMATCH_KAFKA_BROKERS', 'no such setting; it is written CALLMATCH_KAFKA__BROKERS'],
  ['CALLMATCH_KAFKA__GROUP__ID', 'no such setting; it is written CALLMATCH_KAFKA__GROUP_ID'],
  ['CALLMATCH_PORTALS_ACME_TOKEN_FILE', 'no such setting; it is written CALLMATCH_PORTALS__ACME__TOKEN_FILE'],
  ['CALLMATCH_KAFKA__GROUP_ID_FILE', 'no such setting; it is written CALLMATCH_KAFKA__GROUP_ID'],
  ['CALLMATCH_SOURCES__FIRST__TOPIC', 'no such setting; the nearest name is CALLMATCH_SOURCES__0__TOPIC'],
  ['CALLMATCH_PORTALS__1ST__TOKEN', 'the name in it must be lower-case letters, digits and -, a letter first'],
])('%s is a mistake', async (variable, text) => {
  expect(await mistakes({ [variable]: 'x' })).toEqual([`${variable}: ${text}`]);
});

test.each([
  ['CALLMATCH_CONFIG', './x.yaml'],
  ['CALLMATCH_STACK', 'docker'],
  ['HOME', '/root'],
  ['CALLMATCH_KAFKA__GROUP_ID', ''],
  // What Kubernetes sets for services named callmatch and callmatch-http.
  ['CALLMATCH_PORT', 'tcp://10.0.0.1:8080'],
  ['CALLMATCH_SERVICE_HOST', '10.0.0.1'],
  ['CALLMATCH_HTTP_PORT', 'tcp://10.0.0.1:8080'],
  ['CALLMATCH_HTTP_SERVICE_PORT', '8080'],
  ['CALLMATCH_HTTP_PORT_8080_TCP_ADDR', '10.0.0.1'],
])('%s=%s is let be', async (variable, value) => {
  expect(await mistakes({ [variable]: value })).toEqual([]);
});
