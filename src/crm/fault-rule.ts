/** What a scripted fault looks like on the control path. Described for users in docs/simulator.md. */
import { z } from 'zod';
import { duration } from './setting.ts';

/** Which requests a fault hits. Everything that is given must hold. */
const target = {
  endpoint: z.enum(['inbound-call', 'call-search', 'owners', 'token']).default('inbound-call'),
  portal: z.string().optional(),
  /** The caller's E.164 number. */
  number: z.string().optional(),
  externalCallId: z.string().optional(),
  /** Begins this long after the rule was added. */
  startAfter: duration.optional(),
  /** Ends this long after it began. */
  lasts: duration.optional(),
  /** Lets this many requests pass first. */
  skip: z.int().min(0).default(0),
  /** Part of the requests that is hit, drawn from a generator of the rule's own. */
  share: z.number().gt(0).max(1).default(1),
  /** Start of that generator: the same seed hits the same requests again. */
  seed: z.int().default(1),
  /** Hits this many, then no more. */
  count: z.int().min(1).optional(),
};

/** How long the fault's answer takes, beside the latency. */
const delay = duration.optional();

/** Whether the request is carried out (and the engagement made) although the client does not learn it. */
const writes = z.boolean().default(false);

const gatewayStatus = z.int().min(200).max(599).default(502);

export const faultRule = z.discriminatedUnion('kind', [
  z.strictObject({
    ...target,
    kind: z.literal('status'),
    status: z.int().min(400).max(599),
    /** Of a 429: the limit that it names. */
    policy: z.enum(['TEN_SECONDLY_ROLLING', 'DAILY', 'SECONDLY']).optional(),
    category: z.string().optional(),
    message: z.string().optional(),
    /** The whole body instead, sent as it is with the content type of JSON. */
    body: z.string().optional(),
    /** Seconds in the header Retry-After. */
    retryAfter: z.int().min(0).optional(),
    retryAfterAs: z.enum(['seconds', 'date']).default('seconds'),
    delay,
    writes,
  }),
  z.strictObject({ ...target, kind: z.literal('slow'), delay: duration }),
  z.strictObject({ ...target, kind: z.literal('hang'), writes }),
  z.strictObject({ ...target, kind: z.literal('reset-before-write'), delay }),
  z.strictObject({ ...target, kind: z.literal('reset-after-write'), delay }),
  z.strictObject({ ...target, kind: z.literal('html'), status: gatewayStatus, delay, writes }),
  z.strictObject({ ...target, kind: z.literal('empty'), status: gatewayStatus, delay, writes }),
  z.strictObject({
    ...target,
    kind: z.literal('off-contract'),
    /** Sent as it is, with status 200 and the content type of JSON. */
    body: z.string().default('{"result":"ok"}'),
    delay,
    writes: z.boolean().default(true),
  }),
  z.strictObject({
    ...target,
    kind: z.literal('trickle'),
    /** Time from byte to byte. */
    every: duration.prefault('1s'),
  }),
  z.strictObject({ ...target, kind: z.literal('cut'), delay }),
  z.strictObject({ ...target, kind: z.literal('gzip'), delay }),
  z.strictObject({
    ...target,
    kind: z.literal('oversize'),
    /** Size of the body. */
    bytes: z.int().min(1).default(5_000_000),
    delay,
  }),
  z.strictObject({
    ...target,
    kind: z.literal('redirect'),
    status: z.union([z.literal(301), z.literal(302), z.literal(303), z.literal(307), z.literal(308)]).default(302),
    location: z.string().default('https://redirected.invalid/'),
    delay,
  }),
]);

/** A rule as people write it. */
export type FaultRuleInput = z.input<typeof faultRule>;

/** A rule that has been read: defaults filled in, spans in milliseconds. */
export type FaultRule = z.output<typeof faultRule>;
