/** A replay as a whole: its range, what is known of it, its place in the group, and the run. */
import type { Clock } from '../clock.ts';
import type { Config } from '../config/schema.ts';
import { CallmatchError, messageOf } from '../errors.ts';
import { createKafkaClient } from '../kafka/client.ts';
import { groupPositions } from '../kafka/group-offsets.ts';
import type { RangeReader } from '../kafka/range-reader.ts';
import type { PartitionRange } from '../offsets/partition-ranges.ts';
import { choosePartitions } from '../offsets/plan.ts';
import type { OffsetTarget } from '../offsets/target.ts';
import { targetOffsets } from '../offsets/target-offsets.ts';
import type { Log } from '../ops/telemetry.ts';
import { requireOutcomeCodec } from '../prerequisites.ts';
import { createRegistryClient } from '../registry/client.ts';
import { replayConfig } from './config.ts';
import { type EnrichedBefore, readEnrichedBefore } from './enriched-before.ts';
import { replayGroup } from './name.ts';
import { placeReplay } from './place.ts';
import { planRange, type ReplayRange, sizeOfRanges } from './range.ts';
import { type ReplayProgress, type ReplaySummary, span } from './report.ts';
import { runReplay } from './run.ts';
import { type CallFilter, createSelection } from './selection.ts';
import { unknownHistory } from './unknown-history.ts';

export interface ReplayRequest {
  /** Part of the group's name. */
  readonly name: string;
  readonly from: OffsetTarget;
  readonly to: OffsetTarget;
  /** Default: all sources. */
  readonly topic?: readonly string[] | undefined;
  /** Default: all of each topic. */
  readonly partitions?: readonly PartitionRange[] | undefined;
  readonly filter: CallFilter;
  /** Send also what has an engagement. */
  readonly resubmit?: boolean | undefined;
  /** Look up at the CRM what the outcomes do not tell any more. */
  readonly verify?: boolean | undefined;
  /** Take what the outcomes do not tell any more for new. */
  readonly assumeNew?: boolean | undefined;
  readonly createEngagement?: boolean | undefined;
  /** Ids of enriched calls that are remembered. */
  readonly ids: number;
  /** Port of the probes and metrics; 0 takes a free one. */
  readonly port: number;
}

export interface ReplaySurroundings {
  readonly log: Log;
  readonly clock: Clock;
  /** Aborts to stop before the end. */
  readonly signal: AbortSignal;
  /** Told what was found out and decided. */
  readonly step: (text: string) => void;
  /** Told how far the reading of the outcomes is. */
  readonly reading: (text: string) => void;
  readonly progress: (progress: ReplayProgress) => void;
}

/** Throws `replay-invalid` when it cannot be made as asked for, and what the processor throws. */
export async function replay(
  request: ReplayRequest,
  config: Config,
  surroundings: ReplaySurroundings,
): Promise<ReplaySummary> {
  const { log, clock, signal, step } = surroundings;
  const group = replayGroup(config.kafka.groupId, request.name);
  const topics = topicsOf(config, request);
  const settings = { group, topics, createEngagement: request.createEngagement, port: request.port };
  const replaying = replayConfig(config, settings);
  await using connections = new AsyncDisposableStack();
  const kafka = await createKafkaClient(config.kafka, () => {});
  const admin = kafka.admin();
  connections.defer(() => admin.disconnect());
  await admin.connect();
  const reader = connections.use(kafka.reader(clock));

  const all = await groupPositions(admin, config.kafka.groupId, topics);
  const chosen = new Set(choosePartitions(all, request.partitions));
  const from = await targetOffsets(admin, topics, request.from);
  const to = await targetOffsets(admin, topics, request.to);
  // Of a partition that was not chosen nothing is read; the group has it all the same.
  const ranges = planRange(
    all,
    (position) => (chosen.has(position) ? from(position) : position.end),
    (position) => (chosen.has(position) ? to(position) : 0),
  );
  for (const line of rangeLines(group, ranges)) step(line);

  const unknown = request.resubmit
    ? undefined
    : await unknownHistory(config.output.topic, ranges, { reader, admin }, clock.wall(), signal);
  if (unknown !== undefined) step(decideOn(unknown, request, config));

  await using before = request.resubmit ? undefined : await readBefore(config, request, reader, surroundings);
  const wasBegun = await placeReplay({ kafka, admin, clock }, replaying.kafka, ranges, signal);
  if (wasBegun) step('It was begun before, and goes on where it stopped.');
  const run = await runReplay(
    {
      config: replaying,
      ranges,
      select: createSelection(request.filter, before),
      unknownBefore: request.verify ? unknown?.before : undefined,
    },
    {
      admin,
      log,
      clock,
      signal,
      progress: surroundings.progress,
      committed: (offsets) => {
        for (const one of offsets) before?.forget(one, one.offset);
      },
    },
  );
  return {
    group,
    ranges: ranges.map(({ topic, partition, from, to }) => ({ topic, partition, from, to })),
    offsets: sizeOfRanges(ranges),
    droppedIds: before?.counts.droppedIds ?? 0,
    ...run,
  };
}

function topicsOf(config: Config, { topic: asked }: ReplayRequest): string[] {
  const sources = config.sources.map(({ topic }) => topic);
  const strange = asked?.find((topic) => !sources.includes(topic));
  if (strange === undefined) return sources.filter((topic) => asked?.includes(topic) ?? true);
  throw new CallmatchError('replay-invalid', `${strange} is no source; those are ${sources.join(', ')}`);
}

function rangeLines(group: string, ranges: readonly ReplayRange[]): string[] {
  const left = ranges.filter(({ isCutByLive }) => isCutByLive).length;
  const deleted = ranges.reduce((sum, range) => sum + range.deleted, 0);
  return [
    `Group ${group}: ${sizeOfRanges(ranges)} offsets of ${ranges.filter(({ from, to }) => to > from).length} partitions.`,
    ...(left > 0 ? [`${left} partitions end where the service stands: what it has not done yet is left to it.`] : []),
    ...(deleted > 0 ? [`${deleted} offsets of the range were deleted by the retention of their topic.`] : []),
  ];
}

/** Says what is done about calls whose outcomes have expired; throws where nobody has decided. */
function decideOn(
  { before, offsets }: { readonly before: number; readonly offsets: number },
  { verify, assumeNew }: ReplayRequest,
  config: Config,
): string {
  const since = `The outcomes from before ${new Date(before).toISOString()} have expired: of ${offsets} offsets`;
  if (assumeNew) return `${since} every call is taken for new.`;
  if (!verify) {
    throw new CallmatchError(
      'replay-invalid',
      `${since.charAt(0).toLowerCase()}${since.slice(1)} nobody knows what has an engagement. With --verify each of ` +
        `these calls is looked up in HubSpot, which takes up to ${span((offsets / SEARCHES_PER_SECOND) * 1000)}; with ` +
        '--assume-new they are sent; or begin later with --from.',
    );
  }
  if (config.delivery.inDoubt.mode !== 'verify') {
    throw new CallmatchError('replay-invalid', '--verify needs delivery.inDoubt.mode: verify in the configuration');
  }
  return `${since} each call is looked up in HubSpot first: up to ${span((offsets / SEARCHES_PER_SECOND) * 1000)}.`;
}

/** Of one account. Source: HubSpot's limits of the search endpoints. */
const SEARCHES_PER_SECOND = 5;

async function readBefore(
  config: Config,
  { ids }: ReplayRequest,
  reader: RangeReader,
  { clock, log, reading, step, signal }: ReplaySurroundings,
): Promise<EnrichedBefore> {
  await using registry = await createRegistryClient(config.registry);
  const codec = await requireOutcomeCodec(config.output.topic, registry);
  const failed = (error: unknown) => log.warn({ reason: messageOf(error) }, 'the outcomes could not be followed');
  const before = await readEnrichedBefore(
    config.output.topic,
    ids,
    { reader, codec, clock, failed },
    (done, all) => reading(`reading the outcomes: ${done} of ${all}`),
    signal,
  );
  step(`${before.counts.calls} calls have an engagement according to the outcomes.`);
  return before;
}
