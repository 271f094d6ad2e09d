import { describe, expect, test } from 'vitest';
import { z } from 'zod';
import { type ConfigInput, configSchema } from '../../../src/config/schema.ts';

const MAIN = { portals: { main: { token: 'change-me' } } };

const issues = (input: unknown) =>
  (configSchema.safeParse(input).error?.issues ?? []).map(({ path, message }) => `${path.join('.')}: ${message}`);

test('one portal is enough; the rest has defaults', () => {
  expect(configSchema.parse(MAIN)).toMatchObject({
    kafka: { brokers: ['localhost:9092'], groupId: 'callmatch', startFrom: 'latest', sessionTimeout: 10_000 },
    sources: [{ topic: 'calls.cdr', format: 'auto', mapping: 'canonical' }],
    portals: { main: { quota: { requests: 110, window: 10_000 }, engagement: { create: true } } },
    output: { topic: 'calls.enriched', dlqSuffix: '.dlq', parkedSuffix: '.parked' },
    http: { port: 8080 },
  });
});

test('the parsed configuration can be written back, and reads the same', () => {
  const config = configSchema.parse(MAIN);
  expect(configSchema.parse(z.encode(configSchema, config))).toEqual(config);
});

describe('checks across sections', () => {
  const two = { portals: { a: { token: 'x' }, b: { token: 'y' } } };

  test.each<[string, ConfigInput, string[]]>([
    ['with one portal, a source needs to name none', MAIN, []],
    ['with two, it must', two, ['sources.0.portal.name: one of the configured portals (a, b)']],
    [
      'and name one that there is',
      { ...two, sources: [{ topic: 't', portal: { name: 'c' } }] },
      ['sources.0.portal.name: one of the configured portals (a, b)'],
    ],
    [
      'TLS at the registry is never left out silently',
      { ...MAIN, registry: { tls: {} } },
      ['registry.url: a URL with https://, because registry.tls is set'],
    ],
    ['TLS at the registry', { ...MAIN, registry: { url: 'https://registry', tls: {} } }, []],
    [
      'a topic is read once',
      { ...MAIN, sources: [{ topic: 't' }, { topic: 't' }] },
      ['sources.1.topic: a topic that is not read yet'],
    ],
    [
      'a request ends within half a session',
      { ...MAIN, kafka: { sessionTimeout: '6s' } },
      [
        'hubspot.timeouts.request: at most half of kafka.sessionTimeout, because a rebalance waits for requests on the wire',
      ],
    ],
  ])('%s', (_, input, expected) => {
    expect(issues(input)).toEqual(expected);
  });

  test('are made although something else is wrong, unless they depend on it', () => {
    const input = { ...two, http: { port: 'x' }, kafka: { sessionTimeout: '6s', extra: 1 } };
    expect(issues(input).map((line) => line.split(':')[0])).toEqual([
      'kafka',
      'http.port',
      'sources.0.portal.name',
      'hubspot.timeouts.request',
    ]);
    expect(issues({ ...two, kafka: { sessionTimeout: 'x' } }).join()).not.toContain('hubspot');
  });
});

test('no portal, no service', () => {
  expect(issues({ portals: {} })).toEqual(['portals: at least one portal']);
});

test.each([null, [], 'text', 1])('%j is no configuration, and no check chokes on it', (input) => {
  expect(configSchema.safeParse(input).success).toBe(false);
});
