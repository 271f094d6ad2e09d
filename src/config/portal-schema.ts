/** Settings of one portal: a HubSpot account. */
import { z } from 'zod';
import { baseUrl, country, duration, formed, secret } from './scalar.ts';
import { users } from './users-schema.ts';

export const portal = z.strictObject({
  hubId: z
    .int()
    .min(1)
    .optional()
    .describe('HubSpot account id; answers of another account pause the portal.')
    .meta({ examples: [12345678] }),
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
  baseUrl: baseUrl().default('https://api.hubapi.com').describe("Origin of HubSpot's API."),
  token: secret().describe('Access token of a private app or service key.'),
  quota: z
    .union([
      z.literal('none'),
      z.strictObject({
        requests: z.int().min(1).default(110).describe('Requests per rolling window.'),
        window: duration('10s').describe('Length of the rolling window.'),
      }),
    ])
    .prefault({})
    .describe('Rate quota of the app in this account; `none` for no limit (tests).'),
  engagement: z
    .strictObject({
      create: z.boolean().default(true).describe('Whether HubSpot shall log the call (`createEngagement`).'),
      properties: z
        .record(formed(/^[a-z][a-z0-9_]*$/, 'a HubSpot property name: lower-case letters, digits and _'), z.string())
        .default({})
        .describe('Engagement properties set on every call.')
        .meta({ entryName: 'hs_call_title' }),
    })
    .prefault({})
    .describe('The engagement that HubSpot logs for a call.'),
  users,
});
