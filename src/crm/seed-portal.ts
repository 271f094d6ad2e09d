/** Portals of the seed: simulated HubSpot accounts, and the ways into them. */
import { z } from 'zod';
import { quotaSetting } from './quota-setting.ts';
import { int32Id } from './seed-record.ts';
import { duration } from './setting.ts';

const scopes = z.array(z.string());

/** A static token: as text, or with scopes of its own. */
const token = z.union([
  z
    .string()
    .min(1)
    .transform((value) => ({ token: value, scopes: undefined })),
  z.strictObject({ token: z.string().min(1), scopes: scopes.optional() }),
]);

/** An app that is installed in the portal. */
const installation = z.strictObject({
  clientId: z.string().min(1),
  clientSecret: z.string().min(1),
  refreshToken: z.string().min(1),
  tokenLifetime: duration.default(1_800_000),
  /** Each answer brings a new refresh token; the one before is good until the new one is used. */
  rotate: z.boolean().default(false),
});

function isTimeZone(zone: string): boolean {
  try {
    return new Intl.DateTimeFormat('en', { timeZone: zone }) !== undefined;
  } catch {
    return false;
  }
}

const portal = z.strictObject({
  hubId: int32Id,
  tokens: z.array(token).min(1).optional(),
  oauth: z.array(installation).default([]),
  scopes: scopes.default(['crm.objects.contacts.read', 'crm.objects.contacts.write', 'crm.objects.owners.read']),
  quota: quotaSetting.optional(),
  timeZone: z.string().refine(isTimeZone, 'an IANA time zone such as Europe/Zurich').default('UTC'),
  state: z.enum(['active', 'banned', 'gone']).default('active'),
});

/** A portal whose seed names no token has the token `sim-<name>`. */
function withTokens(all: Record<string, z.output<typeof portal>>) {
  return Object.fromEntries(
    Object.entries(all).map(([name, { tokens, ...rest }]) => [
      name,
      { ...rest, tokens: tokens ?? [{ token: `sim-${name}`, scopes: undefined }] },
    ]),
  );
}

/** Values that no two portals may share, by what they are called. */
function uniqueValues(all: ReturnType<typeof withTokens>): Record<string, unknown[]> {
  const list = Object.values(all);
  return {
    hubId: list.map(({ hubId }) => hubId),
    token: list.flatMap(({ tokens }) => tokens.map((each) => each.token)),
    'refresh token': list.flatMap(({ oauth }) => oauth.map(({ refreshToken }) => refreshToken)),
  };
}

/** Portals by name. */
export const seedPortals = z
  .record(z.string().min(1), portal)
  .refine((all) => Object.keys(all).length > 0, 'at least one portal')
  // What follows a transform is left out where there are mistakes already.
  .transform(withTokens)
  .superRefine((all, context) => {
    for (const [what, values] of Object.entries(uniqueValues(all))) {
      if (new Set(values).size === values.length) continue;
      context.addIssue({ code: 'custom', message: `two portals have the same ${what}` });
    }
  });

export type SeedPortal = z.output<typeof seedPortals>[string];
