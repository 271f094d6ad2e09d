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
    delivery: { inDoubt: { settle: 10_000 }, duplicates: { calls: 100_000, age: 86_400_000 } },
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
    [
      'a call settles after its request has ended',
      { ...MAIN, delivery: { inDoubt: { settle: '4s' } } },
      [
        'delivery.inDoubt.settle: longer than hubspot.timeouts.request, because a call is not settled while its request is on the wire',
      ],
    ],
    ['a call settles right after', { ...MAIN, delivery: { inDoubt: { settle: '4001ms' } } }, []],
  ])('%s', (_, input, expected) => {
    expect(issues(input)).toEqual(expected);
  });

  test('are made although something else is wrong, unless they depend on it', () => {
    const delivery = { inDoubt: { settle: '1s' } };
    const input = { ...two, delivery, http: { port: 'x' }, kafka: { sessionTimeout: '6s', extra: 1 } };
    expect(issues(input).map((line) => line.split(':')[0])).toEqual([
      'kafka',
      'http.port',
      'sources.0.portal.name',
      'delivery.inDoubt.settle',
      'hubspot.timeouts.request',
    ]);
    expect(issues({ ...two, kafka: { sessionTimeout: 'x' } }).join()).not.toContain('hubspot');
    const unread = { hubspot: { timeouts: { request: 'x' } }, delivery: { inDoubt: { settle: '1ms' } } };
    expect(issues({ ...two, ...unread }).join()).not.toContain('settle');
  });
});

test('no portal, no service', () => {
  expect(issues({ portals: {} })).toEqual(['portals: at least one portal']);
});

test.each([null, [], 'text', 1])('%j is no configuration, and no check chokes on it', (input) => {
  expect(configSchema.safeParse(input).success).toBe(false);
});
