import fc from 'fast-check';
import { describe, expect, test } from 'vitest';
import { z } from 'zod';
import { baseUrl, duration, hostAndPort, httpUrl, secret, timeZone, topicName } from '../../../src/config/scalar.ts';

const accepts = (schema: z.ZodType, text: unknown) => schema.safeParse(text).success;

describe('duration', () => {
  const schema = duration('10s');

  test.each([
    ['250ms', 250],
    ['4s', 4000],
    ['10m', 600_000],
    ['24h', 86_400_000],
    ['7d', 604_800_000],
    [undefined, 10_000],
  ])('%s is %d ms', (text, ms) => {
    expect(schema.parse(text)).toBe(ms);
  });

  test.each(['10', '1.5s', '-1s', 's', '10 s', '10S', '', 10])('%j is none', (text) => {
    expect(accepts(schema, text)).toBe(false);
  });

  test('milliseconds are written back in a form that reads the same', () => {
    fc.assert(fc.property(fc.nat(), (ms) => schema.parse(z.encode(schema, ms)) === ms));
    expect(z.encode(schema, 90_000)).toBe('90s');
    expect(z.encode(schema, 0)).toBe('0ms');
  });
});

test.each([
  ['https://api.hubapi.com', true],
  ['http://localhost:8090', true],
  ['http://127.0.0.1:1', true],
  ['http://[::1]:1', true],
  ['http://api.hubapi.com', false],
  ['http://localhost.example.com', false],
  ['http://127.0.0.1.example.com', false],
  ['https://user:password@api.hubapi.com', false],
  ['ftp://localhost', false],
  ['api.hubapi.com', false],
])('a base URL, to which a token is sent: %s is %s', (text, good) => {
  expect(accepts(baseUrl(), text)).toBe(good);
});

test.each([
  ['http://registry:8081', true],
  ['https://registry/apis/ccompat/v7', true],
  ['http://user:password@registry', false],
  ['registry:8081', false],
])('a URL of a server: %s is %s', (text, good) => {
  expect(accepts(httpUrl(), text)).toBe(good);
});

test.each([
  ['localhost:9092', true],
  // kafkajs splits a broker at its first colon.
  ['[::1]:9092', false],
  ['kafka-1.example.com:9092', true],
  ['localhost', false],
  ['kafka://localhost:9092', false],
  ['a b:1', false],
  [':9092', false],
])('a broker: %s is %s', (text, good) => {
  expect(accepts(hostAndPort(), text)).toBe(good);
});

test.each([
  ['calls.cdr', true],
  ['a_B-1', true],
  ['.', false],
  ['..', false],
  ['a b', false],
  ['', false],
  ['x'.repeat(250), false],
])('a topic: %s is %s', (text, good) => {
  expect(accepts(topicName(), text)).toBe(good);
});

test('a secret is not empty', () => {
  expect(accepts(secret(), '')).toBe(false);
});

test.each([
  ['Europe/Zurich', true],
  ['UTC', true],
  ['Europe/Atlantis', false],
  ['+01:00', false],
])('a time zone: %s is %s', (text, good) => {
  expect(accepts(timeZone(), text)).toBe(good);
});
