/** Contacts, companies and owners of the seed. */
import { z } from 'zod';

const MAX_INT32 = 2n ** 31n - 1n;
const MAX_INT64 = 2n ** 63n - 1n;

/** YAML integers arrive as bigint, so that object ids keep all their digits; seeds made in code may use numbers. */
const integer = z
  .union([z.bigint(), z.int(), z.string().regex(/^\d+$/, 'an integer')])
  .transform((value) => BigInt(value));

const objectId = integer.refine((id) => id > 0n && id <= MAX_INT64, 'an id from 1 to 2^63 - 1');

/** Ids of accounts and users. */
export const int32Id = integer
  .refine((value) => value > 0n && value <= MAX_INT32, 'an integer from 1 to 2^31 - 1')
  .transform(Number);

/** Portals that know the record; all of them if left out. */
const portals = z.array(z.string()).optional();

/** Phone properties by their HubSpot names. Any text: what is not E.164 is kept and never found. */
const phones = z.record(z.string(), z.string()).default({});

export const seedContact = z.strictObject({
  id: objectId,
  email: z.string().optional(),
  firstName: z.string().optional(),
  lastName: z.string().optional(),
  phones,
  portals,
});

export const seedCompany = z.strictObject({ id: objectId, name: z.string().optional(), phones, portals });

export const seedOwner = z.strictObject({
  id: objectId,
  userId: int32Id,
  email: z.string(),
  firstName: z.string().default(''),
  lastName: z.string().default(''),
  /** Who has left: listed only with `archived=true`, and without a user id. */
  archived: z.boolean().default(false),
  portals,
});

export type SeedContact = z.output<typeof seedContact>;
export type SeedCompany = z.output<typeof seedCompany>;
export type SeedOwner = z.output<typeof seedOwner>;
