/** `callmatch preview`. */
import { Command, InvalidArgumentError } from 'commander';
import { createCountryOf } from '../cdr/number-country.ts';
import { systemClock } from '../clock.ts';
import type { Config } from '../config/schema.ts';
import { CallmatchError } from '../errors.ts';
import type { KafkaAdmin } from '../kafka/client.ts';
import { connectKafka } from '../kafka/connection.ts';
import type { RangeReader } from '../kafka/range-reader.ts';
import { type PartitionRange, parsePartitions } from '../offsets/partition-ranges.ts';
import { placeOf } from '../offsets/place.ts';
import { choosePartitions } from '../offsets/plan.ts';
import { type OffsetTarget, parseTarget } from '../offsets/target.ts';
import { readStretches } from '../preview/reading.ts';
import { previewReport } from '../preview/report.ts';
import { previewJson } from '../preview/report-json.ts';
import { lengthOf, limitStretches, type Stretch, stretchWithin } from '../preview/stretch.ts';
import { Tally } from '../preview/tally.ts';
import { createRegistryClient } from '../registry/client.ts';
import { createWriterSchemas } from '../registry/writer-schemas.ts';
import { createTrial } from '../trial/trial.ts';
import { configOf, withConfigOptions } from './config-options.ts';
import { CommandEnd } from './exit-code.ts';
import { withExamples } from './help.ts';
import { createProgress } from './progress.ts';
import { listenForStop } from './stop-signal.ts';

interface Flags {
  readonly from: OffsetTarget;
  readonly to: OffsetTarget;
  readonly topic?: string;
  readonly partitions?: readonly PartitionRange[];
  readonly limit?: number;
  readonly sample: number;
  readonly reveal?: boolean;
  readonly json?: boolean;
}

const WHERE = 'earliest, latest, an offset, a time with its zone, or how long ago, such as -24h';

export function previewCommand(): Command {
  const command = new Command('preview')
    .description(
      'A dry run: reads what stands in the source topics, decodes and maps it as the service would, and says what would ' +
        'become of it and how long that would take at the quota. Sends nothing, joins no group, commits nothing. Ctrl-C ' +
        'ends it with what it has so far. Ends with code 4 if a call would be buried.',
    )
    .requiredOption('--from <where>', `the first record: ${WHERE}`, target('--from'))
    .option('--to <where>', 'the end, not included: as --from', target('--to'), { kind: 'latest' } as const)
    .option('--topic <name>', 'only this source topic')
    .option('--partitions <list>', 'only these partitions, such as 0,3-5', parsePartitions)
    .option('--limit <records>', 'read at most so many, of every partition an equal part', count(1))
    .option('--sample <n>', 'examples of each end', count(0), 3)
    .option('--reveal', 'show full phone numbers')
    .option('--json', 'one JSON object')
    .action(async (flags: Flags, command: Command) => {
      const { config } = await configOf(command);
      await preview(config, flags);
    });
  return withExamples(withConfigOptions(command), [
    ['What the service would have made of the last day', 'callmatch preview --from -24h'],
    [
      'A hundred records of one hour',
      'callmatch preview --from 2026-11-02T09:00:00+01:00 --to 2026-11-02T10:00:00+01:00 --limit 100',
    ],
    ['Everything there is, for a script', 'callmatch preview --from earliest --json'],
  ]);
}

async function preview(config: Config, flags: Flags): Promise<void> {
  const topics = flags.topic === undefined ? config.sources.map(({ topic }) => topic) : [sourceOf(config, flags.topic)];
  await using registry = await createRegistryClient(config.registry);
  const trial = await createTrial(config, createWriterSchemas(registry, systemClock));
  await using connection = await connectKafka(config.kafka);
  const { admin, reader } = connection;
  using stop = listenForStop();
  using progress = createProgress({ stream: process.stderr, silent: flags.json === true });

  const stretches = await stretchesOf(topics, flags, admin, reader);
  const length = lengthOf(stretches);
  const tally = new Tally(flags.sample, createCountryOf());
  const complete = await readStretches(stretches, {
    reader,
    trial,
    tally,
    signal: stop.signal,
    progress: (records) => progress.update(`${records} of up to ${length} records read`),
  });
  progress.done();

  const { portals, delivery } = config;
  const remembered = delivery.duplicates.calls;
  const findings = { tally, stretches, complete, portals, remembered, reveal: flags.reveal === true };
  const text = flags.json ? JSON.stringify(previewJson(findings)) : previewReport(findings).join('\n');
  process.stdout.write(`${text}\n`);
  if (tally.ends().some(({ outcome }) => outcome === 'buried')) throw new CommandEnd('findings');
}

async function stretchesOf(
  topics: readonly string[],
  { from, to, partitions, limit }: Flags,
  admin: KafkaAdmin,
  reader: RangeReader,
): Promise<readonly Stretch[]> {
  const all: Stretch[] = [];
  for (const topic of topics) {
    const [first, last] = [await placeOf(admin, topic, from), await placeOf(admin, topic, to)];
    for (const ends of await reader.bounds(topic)) all.push(stretchWithin({ topic, ...ends }, first(ends), last(ends)));
  }
  const chosen = choosePartitions(all, partitions);
  return limit === undefined ? chosen : limitStretches(chosen, limit);
}

function sourceOf(config: Config, topic: string): string {
  const sources = config.sources.map((source) => source.topic);
  if (sources.includes(topic)) return topic;
  throw new CallmatchError('offsets-invalid', `${topic} is no source; those are ${sources.join(', ')}`);
}

function target(option: string): (text: string) => OffsetTarget {
  return (text) => parseTarget(text, systemClock.wall(), option);
}

function count(least: number): (text: string) => number {
  return (text) => {
    const value = Number(text);
    if (/^\d{1,12}$/.test(text) && value >= least) return value;
    throw new InvalidArgumentError(`Write an integer from ${least} on.`);
  };
}
