/** The configuration of a replay, from that of the service. Pure. */
import type { Config } from '../config/schema.ts';

export interface ReplaySettings {
  /** Consumer group of the replay. */
  readonly group: string;
  /** Source topics that are read. */
  readonly topics: readonly string[];
  /** Whether HubSpot logs the calls; undefined: as the portals have it. */
  readonly createEngagement: boolean | undefined;
  /** Whether what has an engagement is sent again. */
  readonly resubmit?: boolean | undefined;
  /** Port of the probes and metrics; 0 takes a free one. */
  readonly port: number;
}

/** Two records of one call that stand close together are still one call. Milliseconds. */
const RESUBMIT_AGE_MS = 1_000;

/**
 * The service as it is configured, in the backfill lane. It waits for a portal in trouble: it has time, and what it would
 * park belongs to the service's own calls.
 */
export function replayConfig(
  config: Config,
  { group, topics, createEngagement, resubmit, port }: ReplaySettings,
): Config {
  const portals = Object.entries(config.portals).map(([name, portal]) => {
    const { engagement } = portal;
    return [name, { ...portal, engagement: { ...engagement, create: createEngagement ?? engagement.create } }] as const;
  });
  const { duplicates } = config.delivery;
  return {
    ...config,
    // What retention deletes meanwhile cannot be replayed any more; it is counted, and nothing waits for it.
    kafka: { ...config.kafka, groupId: group, onOffsetLost: 'resume' },
    sources: config.sources.filter(({ topic }) => topics.includes(topic)),
    portals: Object.fromEntries(portals),
    delivery: {
      ...config.delivery,
      lane: 'backfill',
      onPause: 'wait',
      // The calls that the service has sent would be taken for repeats.
      duplicates: resubmit ? { ...duplicates, age: RESUBMIT_AGE_MS } : duplicates,
    },
    http: { ...config.http, port },
  };
}
