import { expect, test } from 'vitest';
import { fieldTree } from '../../../src/config/field.ts';
import type { Origin } from '../../../src/config/origin.ts';
import { problemLine } from '../../../src/config/problem.ts';
import { configSchema } from '../../../src/config/schema.ts';
import { problemsOf } from '../../../src/config/validate.ts';

const root = fieldTree(configSchema);

function mistakes(input: object, origins: ReadonlyMap<string, Origin> = new Map()): string[] {
  // One valid portal, so that each test tells its own mistake only.
  const whole = { portals: { main: { token: 'change-me' } }, ...input };
  const { error } = configSchema.safeParse(whole);
  return problemsOf(error?.issues ?? [], root, whole, origins).map((problem) => {
    const { place, text } = problem;
    return problemLine(origins.size > 0 ? problem : { place, text });
  });
}

test.each<[object, string]>([
  [{ kafka: { brokers: ['localhost'] } }, 'kafka.brokers[0]: expected host:port, got "localhost"'],
  [{ kafka: { brokers: 'localhost:9092' } }, 'kafka.brokers: expected a list of host:port, got "localhost:9092"'],
  [{ kafka: { brokers: [] } }, 'kafka.brokers: expected a list of host:port, got an empty list'],
  [{ kafka: { grupId: 'x' } }, 'kafka.grupId: no such field; did you mean groupId?'],
  [{ kafka: { groupId: 12 } }, 'kafka.groupId: expected a string, got the number 12; put it in quotes'],
  [{ kafka: { groupId: '' } }, 'kafka.groupId: expected a string, got an empty string'],
  [{ kafka: { tls: null } }, 'kafka.tls: expected a section, got nothing; an empty section is written {}'],
  [{ kafka: { groupId: null } }, 'kafka.groupId: expected a string, got nothing'],
  [
    { kafka: { sessionTimeout: 10 } },
    'kafka.sessionTimeout: expected a duration such as 250ms, 4s, 10m, 24h or 7d, got the number 10; put it in quotes',
  ],
  [{ http: { port: 65_536 } }, 'http.port: expected a whole number from 0 to 65535, got the number 65536'],
  [{ http: [] }, 'http: expected a section, got an empty list'],
  [
    { log: { level: 'verbose' } },
    'log.level: expected one of trace, debug, info, warn, error, fatal, silent, got "verbose"',
  ],
  [{ admit: { nonFinal: 'yes' } }, 'admit.nonFinal: expected true or false, got "yes"'],
  [
    { sources: [{}] },
    'sources[0].topic: missing; expected a topic name (letters, digits, ".", "_" and "-"), here or in CALLMATCH_SOURCES__0__TOPIC',
  ],
  [
    { portals: { Main: { token: 'x' } } },
    'portals.Main: the name must be lower-case letters, digits and -, a letter first',
  ],
])('%j', (input, line) => {
  expect(mistakes(input)).toEqual([line]);
});

test('of a union, the mistakes of the alternative that was probably meant are told', () => {
  const auth = (auth: unknown) => mistakes({ registry: { auth } }).map((line) => line.replace(/;.*/, ''));
  expect(auth({ username: 'u' })).toEqual(['registry.auth.password: missing']);
  expect(auth({ username: 'u', pasword: 'p' })).toEqual([
    'registry.auth.password: missing',
    'registry.auth.pasword: no such field',
  ]);
  expect(auth('u:p')).toEqual(['registry.auth: expected a section, got a string that is not shown']);
  expect(mistakes({ kafka: { sasl: { mechanism: 'plane' } } })).toEqual([
    'kafka.sasl.mechanism: expected one of plain, scram-sha-256, scram-sha-512, oauthbearer, got "plane"',
  ]);
});

test('a missing section names the variable of the first value that it needs', () => {
  expect(mistakes({ portals: undefined })).toEqual([
    'portals: missing; expected at least one portal: a HubSpot account by a name of your own, here or in ' +
      'CALLMATCH_PORTALS__MAIN__TOKEN or CALLMATCH_PORTALS__MAIN__TOKEN_FILE',
  ]);
});

test('of two fields one is needed, and only one', () => {
  const oauth = { clientId: 'app', clientSecret: 'geheim-1', refreshToken: 'geheim-2' };
  expect(mistakes({ portals: { a: {}, b: { token: 'geheim-3', oauth } } })).toEqual([
    'portals.a.token: missing; expected a value, or oauth in its place, here or in ' +
      'CALLMATCH_PORTALS__A__TOKEN or CALLMATCH_PORTALS__A__TOKEN_FILE',
    'portals.b.oauth: expected nothing here beside token, got a section',
  ]);
  const { refreshToken: _, ...app } = oauth;
  expect(mistakes({ portals: { a: { oauth: app } } })).toEqual([
    'portals.a.oauth.refreshToken: missing; expected a value, or refreshTokenFile in its place, here or in ' +
      'CALLMATCH_PORTALS__A__OAUTH__REFRESH_TOKEN or CALLMATCH_PORTALS__A__OAUTH__REFRESH_TOKEN_FILE',
  ]);
});

test('a default that does not fit to the rest is told as what it is', () => {
  const origins = new Map([['kafka', { from: 'flag', flag: '--set kafka' } as const]]);
  expect(mistakes({ kafka: { sessionTimeout: '6s' } }, origins)).toEqual([
    'hubspot.timeouts.request: expected at most half of kafka.sessionTimeout, because a rebalance waits for requests ' +
      'on the wire, got "4s" (default)',
  ]);
  expect(mistakes({ hubspot: { timeouts: { request: '5s' } }, delivery: { inDoubt: { settle: '5s' } } })).toEqual([
    'delivery.inDoubt.settle: expected longer than hubspot.timeouts.request, because a call is not settled while its ' +
      'request is on the wire, got "5s"',
  ]);
});

test('no secret is shown, wherever it was put', () => {
  const geheim = 'geheim-1234567';
  const lines = mistakes({
    portals: { main: geheim, second: { token: { value: geheim } }, third: { token: 1234567 }, fourth: [geheim] },
    registry: { auth: geheim, url: `http://user:${geheim}@registry` },
    kafka: { sasl: { mechanism: 'plain', username: 'u', password: [geheim] } },
    tokens: geheim,
  });
  expect(lines).toHaveLength(8);
  expect(lines.join('\n')).not.toMatch(/geheim|1234567/);
});

test('a long value is cut', () => {
  expect(mistakes({ log: { format: 'x'.repeat(1000) } }).join().length).toBeLessThan(200);
});
