import { describe, expect, test } from 'vitest';
import { portal } from '../../../src/config/portal-schema.ts';

const OAUTH = { clientId: 'app', clientSecret: 'geheim-1', refreshToken: 'geheim-2' };

const issues = (input: unknown) =>
  (portal.safeParse(input).error?.issues ?? []).map(({ path, message }) => `${path.join('.')}: ${message}`);

describe('the token of a portal', () => {
  test('comes by the refresh grant, at the newest version and where the API is', () => {
    expect(portal.parse({ oauth: OAUTH }).oauth).toEqual({ ...OAUTH, version: '2026-03' });
  });

  test.each(['2026-03', '2026-09', 'v3', 'v1'])('version %s', (version) => {
    expect(issues({ oauth: { ...OAUTH, version } })).toEqual([]);
  });

  test.each<[string, unknown, string[]]>([
    ['is there', {}, ['token: a value, or oauth in its place']],
    ['is there once', { token: 'x', oauth: OAUTH }, ['oauth: nothing here beside token']],
    [
      'needs a refresh token',
      { oauth: { clientId: 'app', clientSecret: 'geheim-1' } },
      ['oauth.refreshToken: a value, or refreshTokenFile in its place'],
    ],
    [
      'or its file, not both',
      { oauth: { ...OAUTH, refreshTokenFile: 'f' } },
      ['oauth.refreshTokenFile: nothing here beside refreshToken'],
    ],
    [
      'is not sent in the clear',
      { oauth: { ...OAUTH, baseUrl: 'http://api.example.com' } },
      ['oauth.baseUrl: https://, or http:// to the loopback'],
    ],
  ])('%s', (_, input, expected) => {
    expect(issues(input)).toEqual(expected);
  });
});

describe('the property of the raw cause', () => {
  const rawCauseOf = (engagement: object) => portal.parse({ token: 'x', engagement }).engagement.rawCause;

  test('is the notes by default, or another, or none', () => {
    expect(rawCauseOf({})).toBe('hs_call_body');
    expect(rawCauseOf({ rawCause: 'pbx_cause' })).toBe('pbx_cause');
    expect(rawCauseOf({ rawCause: false })).toBe(false);
  });

  test.each([true, 'Raw cause', ''])('is not %j', (rawCause) => {
    expect(issues({ token: 'x', engagement: { rawCause } })).toHaveLength(1);
  });
});
