/** A replay as a whole: its range, what is known of it, its place in the group, and the run. */
import type { Clock } from '../clock.ts';
import type { Config } from '../config/schema.ts';
import { CallmatchError } from '../errors.ts';
import type { KafkaAdmin, KafkaClient } from '../kafka/client.ts';
import { connectKafka } from '../kafka/connection.ts';
import { groupPositions } from '../kafka/group-offsets.ts';
import type { RangeReader } from '../kafka/range-reader.ts';
import type { PartitionRange } from '../offsets/partition-ranges.ts';
import { choosePartitions } from '../offsets/plan.ts';
import type { OffsetTarget } from '../offsets/target.ts';
import { targetOffsets } from '../offsets/target-offsets.ts';
import type { Log } from '../ops/telemetry.ts';
import { readStretches } from '../preview/reading.ts';
import type { Tally } from '../preview/tally.ts';
import { createRegistryClient } from '../registry/client.ts';
import { createWriterSchemas } from '../registry/writer-schemas.ts';
import { roundedTime } from '../rounded-time.ts';
import { createTrial } from '../trial/trial.ts';
import { replayConfig } from './config.ts';
import { readEngagedBefore } from './engaged-before.ts';
import type { EnrichedBefore } from './enriched-before.ts';
import { replayGroup } from './name.ts';
import { placeReplay } from './place.ts';
import { planRange, type ReplayRange, sizeOfRanges } from './range.ts';
import type { ReplayProgress, ReplaySummary } from './report.ts';
import { runReplay } from './run.ts';
import { selectingTrial } from './selecting.ts';
import { type CallFilter, createSelection, type Select } from './selection.ts';
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

/** What is known and decided before anything is sent. */
interface Prepared {
  /** As `replayConfig` makes it. */
  readonly config: Config;
  readonly kafka: KafkaClient;
  readonly admin: KafkaAdmin;
  readonly reader: RangeReader;
  readonly ranges: readonly ReplayRange[];
  readonly before: EnrichedBefore | undefined;
  readonly select: Select;
  /** Epoch milliseconds; see `ReplayRun`. */
  readonly unknownBefore: number | undefined;
}

/** Throws `replay-invalid` when it cannot be made as asked for, and what the processor throws. */
export async function replay(
  request: ReplayRequest,
  config: Config,
  surroundings: ReplaySurroundings,
): Promise<ReplaySummary> {
  await using connections = new AsyncDisposableStack();
  const prepared = await prepare(request, config, surroundings, connections);
  const { kafka, admin, ranges, before } = prepared;
  const { clock, signal, step } = surroundings;
  const wasBegun = await placeReplay({ kafka, admin, clock }, prepared.config.kafka, ranges, signal);
  if (wasBegun) step('It was begun before, and goes on where it stopped.');
  const run = await runReplay(prepared, {
    ...surroundings,
    admin,
    committed: (offsets) => {
      for (const one of offsets) before?.forget(one, one.offset);
    },
  });
  return {
    group: prepared.config.kafka.groupId,
    ranges: ranges.map(({ topic, partition, from, to }) => ({ topic, partition, from, to })),
    offsets: sizeOfRanges(ranges),
    droppedIds: before?.counts.droppedIds ?? 0,
    ...run,
  };
}

/** What a replay would do, by the service's own stages; sends nothing, and does not touch the group. */
export async function rehearse(
  request: ReplayRequest,
  config: Config,
  surroundings: ReplaySurroundings,
  tally: Tally,
): Promise<{ readonly ranges: readonly ReplayRange[]; readonly complete: boolean }> {
  await using connections = new AsyncDisposableStack();
  const prepared = await prepare(request, config, surroundings, connections);
  const { reader, ranges } = prepared;
  const { clock, signal, reading } = surroundings;
  const registry = connections.use(await createRegistryClient(config.registry));
  const trial = selectingTrial(
    prepared.select,
    await createTrial(prepared.config, createWriterSchemas(registry, clock)),
  );
  const all = sizeOfRanges(ranges);
  const progress = (records: number) => reading(`${records} of up to ${all} records read`);
  return { ranges, complete: await readStretches(ranges, { reader, trial, tally, signal, progress }) };
}

async function prepare(
  request: ReplayRequest,
  config: Config,
  surroundings: ReplaySurroundings,
  connections: AsyncDisposableStack,
): Promise<Prepared> {
  const { clock, signal, step } = surroundings;
  const group = replayGroup(config.kafka.groupId, request.name);
  const topics = topicsOf(config, request);
  const { createEngagement, resubmit, port } = request;
  const settings = { group, topics, createEngagement, resubmit, port };
  const { kafka, admin, reader } = connections.use(await connectKafka(config.kafka, clock));

  const ranges = await rangesOf(request, config, topics, admin);
  for (const line of rangeLines(group, ranges)) step(line);
  const unknown = request.resubmit
    ? undefined
    : await unknownHistory(config.output.topic, ranges, { reader, admin }, clock.wall(), signal);
  if (unknown !== undefined) step(decideOn(unknown, request, config));
  const before = request.resubmit
    ? undefined
    : connections.use(await readEngagedBefore(config, request.ids, { ...surroundings, reader }));
  if (before !== undefined) step(`${before.counts.calls} calls have an engagement according to the outcomes.`);
  return {
    config: replayConfig(config, settings),
    kafka,
    admin,
    reader,
    ranges,
    before,
    select: createSelection(request.filter, before),
    unknownBefore: request.verify ? unknown?.before : undefined,
  };
}

async function rangesOf(
  request: ReplayRequest,
  config: Config,
  topics: readonly string[],
  admin: KafkaAdmin,
): Promise<ReplayRange[]> {
  const all = await groupPositions(admin, config.kafka.groupId, topics);
  const chosen = new Set(choosePartitions(all, request.partitions));
  const from = await targetOffsets(admin, topics, request.from);
  const to = await targetOffsets(admin, topics, request.to);
  // Of a partition that was not chosen nothing is read; the group has it all the same.
  return planRange(
    all,
    (position) => (chosen.has(position) ? from(position) : position.end),
    (position) => (chosen.has(position) ? to(position) : 0),
  );
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
        `these calls is looked up in HubSpot, which takes up to ${roundedTime((offsets / SEARCHES_PER_SECOND) * 1000)}; with ` +
        '--assume-new they are sent; or begin later with --from.',
    );
  }
  if (config.delivery.inDoubt.mode !== 'verify') {
    throw new CallmatchError('replay-invalid', '--verify needs delivery.inDoubt.mode: verify in the configuration');
  }
  return `${since} each call is looked up in HubSpot first: up to ${roundedTime((offsets / SEARCHES_PER_SECOND) * 1000)}.`;
}

/** Of one account. Source: HubSpot's limits of the search endpoints. */
const SEARCHES_PER_SECOND = 5;
