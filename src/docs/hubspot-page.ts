/** docs/hubspot.md: what each answer of HubSpot means, read off the code that decides it. Pure. */
import { ERRORS } from '../error-table.ts';
import type { ErrorCode } from '../errors.ts';
import { readRefusal } from '../hubspot/answer.ts';
import { code, generatedFrom, table } from './markdown.ts';

/** Answers that differ in nothing that matters stand in one row. */
const ANSWERS: readonly { readonly name: string; readonly status: number; readonly body?: string }[] = [
  { name: '400, 404, 405, 409, 413, 415, 422, other 4xx', status: 400 },
  { name: '401, also after one forced refresh of the token', status: 401 },
  { name: '403', status: 403 },
  { name: '408', status: 408 },
  { name: '423', status: 423 },
  { name: '429', status: 429 },
  { name: '429 with `policyName` `DAILY`', status: 429, body: '{"policyName":"DAILY"}' },
  { name: '477', status: 477 },
  { name: '5xx, 52x', status: 503 },
  { name: '1xx and 2xx other than 200, 204 too', status: 204 },
  { name: '3xx', status: 302 },
];

/** What happens without an answer, as `hubspot/client.ts` has it. */
const SILENCES: readonly (readonly [string, ErrorCode])[] = [
  ['the name is not known, the connection is refused or not made in time', 'crm-unreachable'],
  ['the certificate has expired, is of another host or of nobody trusted, or TLS fails otherwise', 'crm-unreachable'],
  ['the connection is cut once the request may have been written', 'crm-in-doubt'],
  ['no whole answer in time: silence, or a body that trickles', 'crm-in-doubt'],
  ['a body that is cut off, is larger than 4 MiB, or is no HTTP', 'crm-in-doubt'],
];

/** Column by column: what becomes of the call, and what of its portal. */
const MEANING: Partial<Record<ErrorCode, readonly [call: string, portal: string]>> = {
  'crm-rejected': ['buried, with status, category and correlation id', 'none: it works'],
  'crm-unauthorized': ['waits', 'paused: 15 s, doubling up to 5 min; then one call probes'],
  'crm-forbidden': ['waits', 'paused, as for 401'],
  'crm-redirected': ['waits; the redirect is not followed, so the token stays here', 'paused, as for 401'],
  'crm-locked': ['sent again after 2 s or `Retry-After` (at most 10 s)', 'none: it works'],
  'crm-throttled': [
    'sent again when the window is over',
    'sends nothing until `Retry-After` (at most 10 min), else for the interval of the header, else 10 s',
  ],
  'crm-daily-limit': ['waits', 'paused until `Retry-After`, else probed each minute'],
  'crm-moving': ['waits', 'paused until `Retry-After` (at most a day), else probed each minute'],
  'crm-in-doubt': [
    'waits for `delivery.inDoubt.settle`, is looked up, and is sent again only if it is not there',
    'counts towards the [breaker](#the-breaker); `Retry-After` holds all that goes the same way, at most 10 s',
  ],
  'crm-unreachable': [
    'was certainly not taken: sent again after a back-off',
    'counts towards the [breaker](#the-breaker)',
  ],
};

const TRUTHS = `## What is a success

Only a 200 is. Its body is read without loss: an id beyond 2^53 keeps its digits, a match of a type that is not known is
passed on as it is. A 200 with another body (HTML, nothing, half a JSON, no list of matches) is taken for what it says: the
call was taken. It is published with \`matchKind: unknown\`, and never sent again.

## One call or the portal

- A call that fails \`delivery.maxAttempts\` (8) times in doubt or locked, each time with a success of another call since, is
  buried as \`poison\`. In an outage nothing succeeds, so an outage never uses up an attempt.
- While a call waits for its next attempt it holds no slot and no part of the quota. Waits are drawn from zero to a bound that
  doubles from 0.5 s to 30 s (full jitter); a time that the other side names is waited for instead.
- If the token may not search (403), calls in doubt are sent again unseen: said and counted as
  \`callmatch_lookups_total{found="forbidden"}\`. A search that is refused for good (400) is asked again singly; then the call is
  buried, because sent again it could be logged twice.
- A search that answers with something else than the contract is asked again, without end: nothing is sent unseen for that.

## The breaker

Ten failures in a row, in doubt or unreachable, make an outage: one request a second goes out as a probe, and the first answer
of a portal that works, a refusal too, lets all others go. A search that fails counts as well; one that works does not speak
for the calls, because they can be down alone.

## Connections

- \`https\`, HTTP/1.1, one request at a time on each. Idle ones are closed by callmatch after 4 s, or 2 s before the time that the
  server names (at most 60 s): a request that meets a closing server is in doubt and costs a look-up. Against a server that
  closes after 5 s, with a call each 5 s, none of 480 met it; with connections kept for 30 s, 6 did.
- Proxies are not supported: \`HTTP_PROXY\`, \`HTTPS_PROXY\` and \`ALL_PROXY\` are not read.
- Certificates are checked against the authorities of Node; more by \`NODE_EXTRA_CA_CERTS\`.
- Answers are asked for uncompressed.

Each of these is tested in \`test/unit/hubspot/\`; \`portal-storm.test.ts\` sends 2,000 calls through all of it at once.`;

export function renderHubspotPage(): string {
  const answers = ANSWERS.map(({ name, status, body = '' }): [string, ErrorCode] => {
    return [name, readRefusal({ status, headers: {}, body }, 0).code];
  });
  const rows = (all: readonly (readonly [string, ErrorCode])[]) =>
    all.map(([name, is]) => [name, code(is), code(ERRORS[is].fate), ...(MEANING[is] ?? [])]);
  const head = (first: string) => [first, 'code', 'fate', 'the call', 'the portal'];
  const introduction =
    'What an answer means for the call and for its portal. One question decides: does it prove that the call was *not* ' +
    'taken? Only then is it sent again freely. The codes are explained in [errors](errors.md).';
  return `${[
    '# Answers of HubSpot',
    generatedFrom('src/docs/hubspot-page.ts and src/hubspot/answer.ts'),
    introduction,
    '## With an answer',
    table(head('status'), rows(answers)),
    '## Without one',
    table(head('what happens'), rows(SILENCES)),
    TRUTHS,
  ].join('\n\n')}\n`;
}
