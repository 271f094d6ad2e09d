import fc from 'fast-check';
import { describe, expect, test } from 'vitest';
import { type ConfigRequest, loadConfig } from '../../../src/config/load.ts';
import { originText } from '../../../src/config/origin.ts';
import { CallmatchError } from '../../../src/errors.ts';

const MAIN = 'portals:\n  main:\n    token: change-me\n';

function load(files: Record<string, string>, request: Partial<ConfigRequest> = {}) {
  const readText = async (file: string) => {
    const text = files[file];
    if (text === undefined) throw Object.assign(new Error(`ENOENT: ${file}`), { code: 'ENOENT' });
    return text;
  };
  return loadConfig({ env: {}, readText, ...request });
}

/** Lines of the error, the first one left out. */
async function mistakes(...args: Parameters<typeof load>): Promise<string[]> {
  const error = await load(...args).then(
    () => undefined,
    (error: unknown) => error,
  );
  if (!(error instanceof CallmatchError)) throw error ?? new Error('the configuration was accepted');
  expect(error.code).toBe('config-invalid');
  return error.message
    .split('\n')
    .slice(1)
    .map((line) => line.trim());
}

test('a flag wins over a variable, a variable over the file, the file over the default', async () => {
  const file = `${MAIN}kafka:\n  groupId: file\n  clientId: file\n  startFrom: earliest\n`;
  const env = { CALLMATCH_KAFKA__GROUP_ID: 'variable', CALLMATCH_KAFKA__CLIENT_ID: 'variable' };
  const { config, sources } = await load({ './callmatch.yaml': file }, { env, set: ['kafka.groupId=flag'] });
  expect(config.kafka).toMatchObject({ groupId: 'flag', clientId: 'variable', startFrom: 'earliest' });
  const origin = (field: string) => originText(sources.originOf(['kafka', field]));
  expect(['groupId', 'clientId', 'startFrom', 'brokers'].map(origin)).toEqual([
    '--set kafka.groupId',
    'CALLMATCH_KAFKA__CLIENT_ID',
    './callmatch.yaml:7:3',
    'default',
  ]);
});

test('a section that is replaced as a whole takes its old origins with it', async () => {
  const file = `${MAIN}kafka:\n  tls: { ca: /old.pem }\n`;
  const { config, sources } = await load({ './callmatch.yaml': file }, { set: ['kafka.tls={ca: /new.pem}'] });
  expect(config.kafka.tls).toEqual({ ca: '/new.pem' });
  expect(originText(sources.originOf(['kafka', 'tls', 'ca']))).toBe('--set kafka.tls');
});

describe('the file', () => {
  const files = {
    './callmatch.yaml': MAIN,
    'a.yaml': `${MAIN}kafka: { groupId: a }`,
    'b.yaml': `${MAIN}kafka: { groupId: b }`,
  };

  test.each<[string, Partial<ConfigRequest>, string, string]>([
    ['is ./callmatch.yaml', {}, 'callmatch', './callmatch.yaml'],
    ['or the one of CALLMATCH_CONFIG', { env: { CALLMATCH_CONFIG: 'a.yaml' } }, 'a', 'a.yaml'],
    ['or the one of --config', { env: { CALLMATCH_CONFIG: 'a.yaml' }, file: 'b.yaml' }, 'b', 'b.yaml'],
  ])('%s', async (_, request, groupId, file) => {
    const loaded = await load(files, request);
    expect(loaded.config.kafka.groupId).toBe(groupId);
    expect(loaded.file).toBe(file);
  });

  test('may be absent when nobody named it', async () => {
    const { config, file } = await load({}, { env: { CALLMATCH_PORTALS__MAIN__TOKEN: 'change-me' } });
    expect(Object.keys(config.portals)).toEqual(['main']);
    expect(file).toBeUndefined();
  });

  test('must be there when somebody did', async () => {
    expect(await mistakes({}, { file: 'x.yaml' })).toEqual(['--config x.yaml: there is no such file']);
    expect(await mistakes({}, { env: { CALLMATCH_CONFIG: 'x.yaml' } })).toEqual([
      'CALLMATCH_CONFIG x.yaml: there is no such file',
    ]);
  });

  test('that cannot be read is told, also the default one', async () => {
    const readText = async () => Promise.reject(new Error('EACCES: permission denied'));
    expect(await mistakes({}, { readText })).toEqual(['./callmatch.yaml: cannot be read: EACCES: permission denied']);
  });
});

test('without any configuration, the way out is told', async () => {
  const [portals, note] = await mistakes({});
  expect(portals).toContain('CALLMATCH_PORTALS__MAIN__TOKEN');
  expect(note).toMatch(/^No file was read: .*callmatch dev$/);
});

test('mistakes of file, environment and flags come in one error', async () => {
  const lines = await mistakes(
    { './callmatch.yaml': 'http: { port: x }\nhttp: { port: y }\n' },
    { env: { CALLMATCH_KAFKA__BROKER: 'a:1', CALLMATCH_LOG__LEVEL: 'loud' }, set: ['kafka', 'delivery.window=1'] },
  );
  expect(lines.map((line) => line.split(/[:;]/)[0])).toEqual([
    'http is written twice in one section (./callmatch.yaml',
    'CALLMATCH_KAFKA__BROKER',
    '--set',
    'portals',
    'delivery.window',
    'http.port',
    'log.level',
  ]);
});

test('a broken file does not make everything else look missing', async () => {
  expect(await mistakes({ './callmatch.yaml': 'portals: [' }, { set: ['x'] })).toEqual([
    expect.stringMatching(/^not valid YAML/),
    expect.stringMatching(/^--set: expected/),
  ]);
});

test('one field of the default source can be changed', async () => {
  const { config } = await load({ './callmatch.yaml': MAIN }, { env: { CALLMATCH_SOURCES__0__DEFAULT_COUNTRY: 'CH' } });
  expect(config.sources).toMatchObject([{ topic: 'calls.cdr', defaultCountry: 'CH' }]);
});

test('an item beyond the end of a list leaves a hole, which is told', async () => {
  expect(await mistakes({ './callmatch.yaml': MAIN }, { set: ['sources.2.topic=x'] })).toEqual([
    'sources[1]: missing; expected a section, here or in CALLMATCH_SOURCES__1__TOPIC',
  ]);
});

test('whatever the file holds, the answer is a configuration or a config-invalid error', async () => {
  const yaml = fc.oneof(
    fc.string(),
    fc.json(),
    fc.jsonValue().map((value) => JSON.stringify({ portals: value, kafka: value })),
  );
  await fc.assert(
    fc.asyncProperty(yaml, async (text) => {
      await load({ './callmatch.yaml': text }).catch((error: unknown) => {
        if (!(error instanceof CallmatchError) || error.code !== 'config-invalid') throw error;
      });
    }),
  );
});

describe('a folder of portals', () => {
  const files: Record<string, string> = {
    './callmatch.yaml':
      'portalFiles: dir\nsources:\n  - { topic: t, portal: { name: acme-eu } }\nportals:\n  main:\n    token: t-main\n',
    'dir/acme-eu.yaml': 'hubId: 5\n',
  };
  const request = (env: Record<string, string> = {}) => ({
    env,
    readText: async (file: string) => files[file] ?? '',
    listFiles: async () => ['acme-eu.yaml'],
  });

  test('goes beside the portals of the file, below environment and flags', async () => {
    const env = { CALLMATCH_PORTALS__ACME_EU__TOKEN: 't-eu' };
    const { config, sources } = await loadConfig(request(env));
    expect(config.portals).toMatchObject({ main: { token: 't-main' }, 'acme-eu': { hubId: 5, token: 't-eu' } });
    expect(originText(sources.originOf(['portals', 'acme-eu', 'hubId']))).toBe('dir/acme-eu.yaml:1:1');
  });

  test('has its mistakes told with file and line, and no portal twice', async () => {
    await expect(loadConfig(request())).rejects.toThrow(
      'portals.acme-eu.token: missing; expected a value, or oauth in its place, here or in CALLMATCH_PORTALS__ACME_EU__TOKEN',
    );
    const twice = { ...request(), listFiles: async () => ['main.yaml'] };
    await expect(loadConfig(twice)).rejects.toThrow('portals.main: is in the configuration as well as in portalFiles');
  });
});
