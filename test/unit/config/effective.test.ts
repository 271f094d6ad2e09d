import { expect, test } from 'vitest';
import { parse } from 'yaml';
import { effectiveYaml } from '../../../src/config/effective.ts';
import { loadConfig } from '../../../src/config/load.ts';
import { configSchema } from '../../../src/config/schema.ts';

const FILE = `
sources:
  - { topic: calls, portal: { name: main }, mapping: { name: asterisk, parameters: { trunks: [a, b] } } }
portals:
  main: { token: geheim-1 }
  app: { oauth: { clientId: app, clientSecret: geheim-2, refreshToken: geheim-3 } }
`;
const loaded = await loadConfig({
  env: { CALLMATCH_KAFKA__BROKERS: 'a:9092,b:9092', CALLMATCH_KAFKA__TLS: '{}' },
  set: ['delivery.drain=90s'],
  readText: async () => FILE,
});
const yaml = effectiveYaml(loaded);

test('every value has its origin behind it', () => {
  for (const line of yaml.split('\n')) {
    const isSection = /^\s*(- )?[\w-]+:$/.test(line);
    expect(line === '' || line.startsWith('# Valid') || isSection || / # \S/.test(line), line).toBe(true);
  }
  expect(yaml).toContain('brokers: [a:9092, b:9092] # CALLMATCH_KAFKA__BROKERS\n');
  expect(yaml).toContain('tls: {} # CALLMATCH_KAFKA__TLS\n');
  expect(yaml).toContain('trunks: [a, b] # ./callmatch.yaml:3:86\n');
  expect(yaml).toContain('drain: 90s # --set delivery.drain\n');
  expect(yaml).toContain('port: 8080 # default\n');
});

test('secrets are masked', () => {
  expect(yaml).not.toContain('geheim');
  expect(yaml).toContain('token: "********" # ./callmatch.yaml:5:11\n');
});

test('it can be used as a file, and means the same', () => {
  const { portals, ...rest } = configSchema.parse(parse(yaml));
  const { portals: original, ...same } = loaded.config;
  expect(rest).toEqual(same);
  const secret = '********';
  expect(portals).toEqual({
    main: { ...original.main, token: secret },
    app: {
      ...original.app,
      oauth: { clientId: 'app', clientSecret: secret, refreshToken: secret, version: '2026-03' },
    },
  });
});
