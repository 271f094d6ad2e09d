/**
 * The configuration: one zod schema. Types, YAML validation, environment variables, flags, the JSON Schema
 * and `docs/configuration.md` all come from it, so a setting is written down exactly once.
 */
import { z } from 'zod';
import { admit } from './admit-schema.ts';
import { delivery } from './delivery-schema.ts';
import { fold } from './fold-schema.ts';
import { type Complain, checkPortals, checkSources } from './portal-checks.ts';
import { portal } from './portal-schema.ts';
import { redis } from './redis-schema.ts';
import { duration, formed, hostAndPort, httpUrl, topicName } from './scalar.ts';
import { basicOrBearer, sasl, tls } from './security.ts';
import { source } from './source-schema.ts';

const kafka = z.strictObject({
  brokers: z.array(hostAndPort()).min(1).default(['localhost:9092']).describe('Bootstrap servers.'),
  groupId: z.string().min(1).default('callmatch').describe('Consumer group of the service.'),
  clientId: z.string().min(1).default('callmatch').describe('Client id shown in the logs of the brokers.'),
  tls: tls().optional(),
  sasl: sasl().optional(),
  startFrom: z
    .enum(['latest', 'earliest'])
    .default('latest')
    .describe('Where a group without committed offsets starts. The number of records left out is logged.'),
  sessionTimeout: duration('10s').describe('A member without a heartbeat for this long is expelled.'),
  onOffsetLost: z
    .enum(['stop', 'resume'])
    .default('stop')
    .describe(
      'What to do on a partition of which records were deleted before they were read: wait for a person, or go on behind them.',
    ),
});

const registry = z
  .strictObject({
    url: httpUrl()
      .default('http://localhost:8081')
      .describe('Confluent-compatible schema registry.')
      .meta({ examples: ['https://registry.example.com'] }),
    auth: basicOrBearer()
      .optional()
      .describe('Basic (`username`, `password`) or bearer (`token`) authentication at the registry.'),
    tls: tls().optional(),
  })
  .superRefine(({ url, tls }, context) => {
    if (tls === undefined || !/^http:/i.test(url)) return;
    context.addIssue({ code: 'custom', path: ['url'], message: 'a URL with https://, because registry.tls is set' });
  });

const hubspot = z.strictObject({
  apiVersion: z
    .union([z.literal('v3'), formed(/^\d{4}-\d{2}$/, 'YYYY-MM')])
    .default('2026-03')
    .describe('Version segment of the API paths; `v3` is the legacy path.'),
  connections: z
    .int()
    .min(1)
    .max(16_384)
    .default(1024)
    .describe(
      'Most requests of all portals on the wire at a time, each on its connection. A portal may hold as many as are free.',
    ),
  timeouts: z
    .strictObject({
      connect: duration('2s').describe('Longest wait for a connection.'),
      request: duration('4s').describe(
        'Longest wait for an answer, body included. Must stay below half the session time-out.',
      ),
    })
    .prefault({})
    .describe('Longest waits for HubSpot.'),
});

const output = z.strictObject({
  topic: topicName().default('calls.enriched').describe('Topic of the outcomes.'),
  dlqSuffix: z.string().min(1).default('.dlq').describe('Dead letters go to the source topic plus this.'),
  parkedSuffix: z.string().min(1).default('.parked').describe('Parked records go to the source topic plus this.'),
  include: z
    .enum(['ids', 'names', 'all'])
    .default('names')
    .describe('What of a matched person is published: object ids, names as well, or e-mail too.'),
});

const http = z.strictObject({
  host: z.string().min(1).default('0.0.0.0').describe('Address of /live, /ready, /metrics and /status.'),
  port: z.int().min(0).max(65_535).default(8080).describe('Port; 0 takes a free one.'),
});

const log = z.strictObject({
  level: z
    .enum(['trace', 'debug', 'info', 'warn', 'error', 'fatal', 'silent'])
    .default('info')
    .describe('Least level that is logged.'),
  format: z
    .enum(['auto', 'json', 'pretty'])
    .default('auto')
    .describe('`auto` is pretty on a terminal, JSON elsewhere.'),
});

/** The whole configuration. Unknown fields are refused. */
export const configSchema = z
  .strictObject({
    kafka: kafka.prefault({}).describe('Brokers and consumer group.'),
    registry: registry.prefault({}).describe('Schema registry.'),
    sources: z
      .array(source)
      .min(1)
      .prefault([{ topic: 'calls.cdr' }])
      .describe('Topics to read.'),
    portals: z
      .record(formed(/^[a-z][a-z0-9-]*$/, 'lower-case letters, digits and -, a letter first'), portal)
      .refine((portals) => Object.keys(portals).length > 0, 'at least one portal')
      .describe('HubSpot accounts by a name of your own.')
      .meta({ form: 'at least one portal: a HubSpot account by a name of your own', entryName: 'main' }),
    portalFiles: z
      .string()
      .min(1)
      .optional()
      .describe('Folder with further portals: `<name>.yaml` holds what stands under `portals.<name>`. It is watched.')
      .meta({ examples: ['/etc/callmatch/portals'] }),
    hubspot: hubspot.prefault({}).describe("HubSpot's API."),
    delivery: delivery.prefault({}).describe('Order, concurrency and retries.'),
    admit: admit.prefault({}).describe('Which calls are submitted.'),
    fold: fold.prefault({}).describe('Sources with several records a call.'),
    output: output.prefault({}).describe('What is published, and where.'),
    redis: redis.optional().describe('Server for `quota.share: redis`.'),
    http: http.prefault({}).describe('Probes and metrics.'),
    log: log.prefault({}).describe('Logging.'),
  })
  .superRefine(
    ({ sources, portals }, context) => {
      const complain: Complain = (path, message) => context.addIssue({ code: 'custom', path: [...path], message });
      checkSources(sources, portals, complain);
      for (const [index, source] of sources.entries())
        if (sources.findIndex((other) => other.topic === source.topic) < index)
          complain(['sources', index, 'topic'], 'a topic that is not read yet');
    },
    onceValid('sources', 'portals'),
  )
  .superRefine(({ portals }, context) => {
    checkPortals(portals, (path, message) => context.addIssue({ code: 'custom', path: [...path], message }));
  }, onceValid('portals'))
  .superRefine(
    ({ portals, redis }, context) => {
      if (redis !== undefined) return;
      for (const [name, { quota }] of Object.entries(portals)) {
        if (quota === 'none' || quota.share !== 'redis') continue;
        const path = ['portals', name, 'quota', 'share'];
        context.addIssue({ code: 'custom', path, message: '`redis` only with a section `redis`' });
      }
    },
    onceValid('portals', 'redis'),
  )
  .superRefine(
    ({ hubspot, delivery }, context) => {
      if (delivery.inDoubt.settle > hubspot.timeouts.request) return;
      const message =
        'longer than hubspot.timeouts.request, because a call is not settled while its request is on the wire';
      context.addIssue({ code: 'custom', path: ['delivery', 'inDoubt', 'settle'], message });
    },
    onceValid('hubspot', 'delivery'),
  )
  .superRefine(
    ({ hubspot, kafka }, context) => {
      if (hubspot.timeouts.request * 2 <= kafka.sessionTimeout) return;
      const message = 'at most half of kafka.sessionTimeout, because a rebalance waits for requests on the wire';
      context.addIssue({ code: 'custom', path: ['hubspot', 'timeouts', 'request'], message });
    },
    onceValid('hubspot', 'kafka'),
  );

/**
 * A check across sections runs as soon as these sections are valid in themselves, whatever is wrong elsewhere, so that
 * all mistakes are told at once. By default zod leaves it out after any other mistake.
 */
function onceValid(...sections: string[]): z.core.$ZodSuperRefineParams {
  return {
    when: ({ issues }) =>
      issues.every(({ code, path: [section] = [] }) => {
        // An unknown field does not spoil the known ones.
        return code === 'unrecognized_keys' || (typeof section === 'string' && !sections.includes(section));
      }),
  };
}

/** The parsed configuration: defaults filled in, durations in milliseconds. */
export type Config = z.output<typeof configSchema>;
/** The configuration as it is written in a file. */
export type ConfigInput = z.input<typeof configSchema>;
export type SourceConfig = Config['sources'][number];
export type PortalConfig = Config['portals'][string];
