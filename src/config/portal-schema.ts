/** Settings of one portal: a HubSpot account. */
import { z } from 'zod';
import { exactlyOne } from './exactly-one.ts';
import { baseUrl, country, duration, formed, part, secret, timeZone } from './scalar.ts';
import { users } from './users-schema.ts';

const propertyName = formed(/^[a-z][a-z0-9_]*$/, 'a HubSpot property name: lower-case letters, digits and _');

const oauth = exactlyOne(
  z.strictObject({
    clientId: z
      .string()
      .min(1)
      .describe('Client id of the OAuth app.')
      .meta({ examples: ['change-me'] }),
    clientSecret: secret().describe('Client secret of the OAuth app.'),
    refreshToken: secret()
      .optional()
      .describe('Refresh token of the app in this account. A newer one that HubSpot gives is lost at a restart.'),
    refreshTokenFile: z
      .string()
      .min(1)
      .optional()
      .describe('File that holds the refresh token, and is replaced when HubSpot gives a newer one.')
      .meta({ examples: ['/var/lib/callmatch/main.refresh-token'] }),
    version: z
      .enum(['2026-03', '2026-09', 'v3', 'v1'])
      .default('2026-03')
      .describe('Version segment of the path of the token endpoint; `v1` does not tell the account of a token.'),
    baseUrl: baseUrl()
      .optional()
      .describe("Origin of the token endpoint, if not the portal's `baseUrl`.")
      .meta({ examples: ['https://api.hubapi.com'] }),
  }),
  ['refreshToken', 'refreshTokenFile'],
);

const settings = z.strictObject({
  hubId: z
    .int()
    .min(1)
    .optional()
    .describe('HubSpot account id; answers of another account pause the portal.')
    .meta({ examples: [12345678] }),
  enabled: z
    .boolean()
    .default(true)
    .describe('`false` holds the calls of the portal until it is switched on again; a reload is enough.'),
  numbers: z
    .array(
      formed(
        /^\+([1-9]\d{2,14}|([1-9]\d{0,13})?\*)$/,
        'a number such as +14155550100, or the beginning of many such as +1415555*',
      ),
    )
    .default([])
    .describe(
      'Numbers called that belong to the portal, for sources with `portal: { did: true }`. The longest that fits decides.',
    )
    .meta({ examples: [['+14155550100', '+1415555*']] }),
  defaultCountry: country()
    .optional()
    .describe('Country of numbers without a country code, instead of that of the source. Not with `did`.'),
  timeZone: timeZone()
    .optional()
    .describe(
      'Time zone of the account: a used-up day is over at its midnight. Without it, only slow probes find out.',
    ),
  baseUrl: baseUrl().default('https://api.hubapi.com').describe("Origin of HubSpot's API."),
  token: secret().optional().describe('Access token of a private app or service key.'),
  oauth: oauth.optional().describe('Access tokens by the refresh grant of an OAuth app.'),
  quota: z
    .union([
      z.literal('none'),
      z.strictObject({
        requests: z.int().min(1).default(110).describe('Requests per rolling window.'),
        window: duration('10s').describe('Length of the rolling window.'),
        share: z
          .enum(['partitions', 'owner', 'redis'])
          .default('partitions')
          .describe(
            'How instances share it: each its part of the partitions, whoever has the partition of the portal all of it (only for a source keyed by portal), or by a count in Redis.',
          ),
        backfill: z
          .strictObject({
            least: part(0.02).describe('Part that a backfill gets beside live calls even when they need all of it.'),
            most: part(0.8).describe('Part that a backfill gets beside a live process even when that is idle.'),
          })
          .prefault({})
          .describe('What processes of the live lane leave to those of the backfill lane.'),
      }),
    ])
    .prefault({})
    .describe('Rate quota of the app in this account; `none` for no limit (tests).'),
  engagement: z
    .strictObject({
      create: z.boolean().default(true).describe('Whether HubSpot shall log the call (`createEngagement`).'),
      properties: z
        .record(propertyName, z.string())
        .default({})
        .describe('Engagement properties set on every call.')
        .meta({ entryName: 'hs_call_title' }),
      rawCause: z
        .union([propertyName, z.literal(false)])
        .default('hs_call_body')
        .describe(
          "Engagement property that gets the source's own word for how a call ended, unless something else sets it; `hs_call_body` (the notes) only of calls that nobody took. `false` for none.",
        ),
    })
    .prefault({})
    .describe('The engagement that HubSpot logs for a call.'),
  users,
});

export const portal = exactlyOne(settings, ['token', 'oauth']);
