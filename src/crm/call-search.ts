/** `POST …/calls/search`: the way to find out whether a call is already logged. */
import { z } from 'zod';
import { type Answer, invalid, jsonAnswer } from './answer.ts';
import type { PortalEndpoint, Prepared, Visit } from './endpoint.ts';
import { type Engagement, propertyOf } from './engagement.ts';
import { readJson } from './json-body.ts';
import type { Portal } from './portal.ts';
import { search, searchFilter } from './search-filter.ts';

/** HubSpot's documented limits of a search. Its pages differ on the filters: these are the lower figures. */
const MAX_BODY_CHARACTERS = 3000;
const MAX_GROUPS = 5;
const MAX_FILTERS_PER_GROUP = 6;
const MAX_FILTERS = 18;
const MAX_LIMIT = 200;
const MAX_RESULTS = 10_000;

const DEFAULT_PROPERTIES = ['hs_createdate', 'hs_lastmodifieddate', 'hs_object_id'];

/** Strict: a field that HubSpot knows and the simulator does not would change the result in silence. */
const searchRequest = z
  .strictObject({
    filterGroups: z
      .array(z.object({ filters: z.array(searchFilter).min(1).max(MAX_FILTERS_PER_GROUP) }))
      .max(MAX_GROUPS)
      .default([]),
    properties: z.array(z.string()).default([]),
    limit: z.int().min(1).max(MAX_LIMIT).default(10),
    /** HubSpot takes the number as text or as a number. */
    after: z
      .union([z.string().regex(/^\d*$/), z.int().min(0)])
      .default(0)
      .transform(Number),
    sorts: z.array(z.unknown()).max(0, 'the simulator does not sort: results come oldest first').optional(),
    query: z.string().max(0, 'the simulator has no text search: use filterGroups').optional(),
  })
  .refine(({ filterGroups }) => filterGroups.flatMap(({ filters }) => filters).length <= MAX_FILTERS, {
    path: ['filterGroups'],
    message: `at most ${MAX_FILTERS} filters`,
  });

type SearchRequest = z.output<typeof searchRequest>;

function shown(engagement: Engagement, names: readonly string[]): object {
  const entries = [...new Set([...DEFAULT_PROPERTIES, ...names])].map((name) => [
    name,
    propertyOf(engagement, name) ?? null,
  ]);
  const createdAt = new Date(engagement.createdAt).toISOString();
  return {
    id: String(engagement.id),
    properties: Object.fromEntries(entries),
    createdAt,
    updatedAt: createdAt,
    archived: false,
  };
}

function answerSearch({ crm, now }: Visit, portal: Portal, request: SearchRequest): Answer {
  const { after, limit } = request;
  if (after + limit > MAX_RESULTS) return invalid(`A search ends at ${MAX_RESULTS} results.`);
  const page: object[] = [];
  let total = 0;
  for (const engagement of search(crm.engagements, portal.name, request.filterGroups)) {
    if (now - engagement.createdAt < crm.searchLagMs) continue;
    if (total >= after && page.length < limit) page.push(shown(engagement, request.properties));
    total += 1;
  }
  const next = after + page.length;
  const paging = next < total ? { paging: { next: { after: String(next) } } } : {};
  return jsonAnswer(200, JSON.stringify({ total, results: page, ...paging }));
}

function prepare(visit: Visit, portal: Portal): Prepared {
  if (visit.body.length > MAX_BODY_CHARACTERS) {
    const answer = invalid(`The body of a search has at most ${MAX_BODY_CHARACTERS} characters.`);
    return { portal, act: () => answer };
  }
  const read = readJson(searchRequest, visit.body);
  return { portal, act: () => (read.ok ? answerSearch(visit, portal, read.value) : read.answer) };
}

export const callSearch: PortalEndpoint = {
  name: 'call-search',
  method: 'POST',
  path: /^\/crm\/(?:objects\/\d{4}-(?:03|09)|v3\/objects)\/calls\/search$/,
  contentType: 'application/json',
  anyOfScopes: ['crm.objects.contacts.read'],
  quota: 'search',
  prepare,
};
