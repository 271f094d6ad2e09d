/** `GET …/owners`: who may own a record, with the user ids that calls are attributed to. */
import { z } from 'zod';
import { type Answer, invalid, jsonAnswer } from './answer.ts';
import type { PortalEndpoint, Visit } from './endpoint.ts';
import type { Portal } from './portal.ts';
import type { SeedOwner } from './seed-record.ts';
import { mistakesIn } from './setting.ts';

const ownersQuery = z.object({
  limit: z.coerce.number().int().min(1).max(500).default(100),
  /** Id of the last owner of the page before. */
  after: z.string().regex(/^\d+$/, 'a cursor of this endpoint').optional(),
  email: z.string().optional(),
  archived: z.enum(['true', 'false']).default('false'),
});

/** The seed has no dates of its own. */
const SEEDED_AT = '2026-01-01T00:00:00.000Z';

function shown({ id, userId, email, firstName, lastName, archived }: SeedOwner): object {
  return {
    id: String(id),
    email,
    type: 'PERSON',
    firstName,
    lastName,
    ...(!archived && { userId }),
    userIdIncludingInactive: userId,
    createdAt: SEEDED_AT,
    updatedAt: SEEDED_AT,
    archived,
  };
}

function listOwners({ crm, url }: Visit, portal: Portal): Answer {
  const read = ownersQuery.safeParse(Object.fromEntries(new URL(url, 'http://simulator').searchParams));
  if (!read.success) {
    const errors = read.error.issues.map(({ path, message }) => ({ message, in: path.join('.') }));
    return invalid(mistakesIn(read.error), errors);
  }
  const { limit, after, email, archived } = read.data;
  const owners = crm.owners
    .filter((owner) => String(owner.archived) === archived && (owner.portals?.includes(portal.name) ?? true))
    .filter((owner) => email === undefined || owner.email.toLowerCase() === email.toLowerCase())
    .filter((owner) => after === undefined || owner.id > BigInt(after))
    .sort((a, b) => (a.id < b.id ? -1 : 1));
  const page = owners.slice(0, limit);
  const paging = owners.length > limit ? { paging: { next: { after: String(page.at(-1)?.id) } } } : {};
  return jsonAnswer(200, JSON.stringify({ results: page.map(shown), ...paging }));
}

export const owners: PortalEndpoint = {
  name: 'owners',
  method: 'GET',
  path: /^\/crm\/(?:owners\/\d{4}-(?:03|09)|v3\/owners)\/?$/,
  anyOfScopes: ['crm.objects.owners.read'],
  quota: 'portal',
  prepare: (visit, portal) => ({ portal, act: () => listOwners(visit, portal) }),
};
