/** `callmatch dlq show`. */
import { Command, InvalidArgumentError } from 'commander';
import { systemClock } from '../clock.ts';
import { letterLines, shownJson } from '../dead-letters/letter-text.ts';
import { readLetters } from '../dead-letters/reading.ts';
import { createLetterFilter } from '../dead-letters/selection.ts';
import { createKafkaClient } from '../kafka/client.ts';
import { gatherLetters } from '../redrive/showing.ts';
import { createRegistryClient } from '../registry/client.ts';
import { createWriterSchemas } from '../registry/writer-schemas.ts';
import { configOf, withConfigOptions } from './config-options.ts';
import { CommandEnd } from './exit-code.ts';
import { withExamples } from './help.ts';
import { filterOf, type LetterFlags, topicsOf, withLetterOptions } from './letter-options.ts';
import { createProgress } from './progress.ts';
import { listenForStop } from './stop-signal.ts';

interface Flags extends LetterFlags {
  readonly limit: number;
  readonly reveal?: true;
  readonly json?: true;
}

export function showCommand(): Command {
  const command = new Command('show')
    .summary('what is in them')
    .description(
      'Shows dead letters: the record as it is decoded, why it could not be done, what became of it before, and what would ' +
        'become of it by now. Phone numbers are masked; names are not. Changes nothing. Ends with code 4 if there is no ' +
        'such letter.',
    )
    .option('--limit <n>', 'show so many, the newest', limit, 10)
    .option('--reveal', 'show phone numbers in full')
    .option('--json', 'one JSON object a letter')
    .action(run);
  return withExamples(withConfigOptions(withLetterOptions(command)), [
    ['The letter at a place that dlq list --each has told', 'callmatch dlq show --offset 0:42'],
    ['The newest that HubSpot refused', 'callmatch dlq show --code crm-rejected --limit 1'],
  ]);
}

async function run(flags: Flags, command: Command): Promise<void> {
  const { config } = await configOf(command);
  const topics = topicsOf(config, flags).map((topic) => topic + config.output.dlqSuffix);
  await using connections = new AsyncDisposableStack();
  const kafka = await createKafkaClient(config.kafka, () => {});
  const registry = connections.use(await createRegistryClient(config.registry));
  const reader = connections.use(kafka.reader());
  using stop = listenForStop();
  using progress = createProgress({ stream: process.stderr, silent: flags.json === true });
  const reading = (done: number, all: number) => progress.update(`${done} of ${all} records read`);
  const partitions = await readLetters(topics, config.kafka.groupId, reader, reading, stop.signal);
  const isChosen = createLetterFilter(filterOf(flags));
  const all = partitions.flatMap(({ log }) => log.letters().filter(isChosen));
  const newest = new Set(all.toSorted((left, right) => right.time - left.time).slice(0, flags.limit));
  const parts = { reader, schemas: createWriterSchemas(registry, systemClock), signal: stop.signal };
  const lines: string[] = [];
  for (const partition of partitions) {
    const letters = all.filter(
      (one) => newest.has(one) && one.topic === partition.topic && one.partition === partition.partition,
    );
    if (letters.length === 0) continue;
    for (const shown of await gatherLetters(partition, letters, config, parts)) {
      const reveal = flags.reveal === true;
      lines.push(...(flags.json ? [JSON.stringify(shownJson(shown, reveal))] : letterLines(shown, reveal)));
    }
  }
  progress.done();
  if (all.length > newest.size && !flags.json) lines.push(`${all.length - newest.size} more; see --limit.`);
  if (lines.length > 0) process.stdout.write(`${lines.join('\n')}\n`);
  else throw new CommandEnd('findings');
}

function limit(text: string): number {
  if (!/^[1-9]\d{0,5}$/.test(text)) throw new InvalidArgumentError('It is a whole number from 1 on.');
  return Number(text);
}
