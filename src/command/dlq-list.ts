/** `callmatch dlq list`. */
import { Command } from 'commander';
import { systemClock } from '../clock.ts';
import { groupLetters, groupTable, letterJson, letterTable } from '../dead-letters/listing.ts';
import { readLetters } from '../dead-letters/reading.ts';
import { createLetterFilter } from '../dead-letters/selection.ts';
import { createKafkaClient } from '../kafka/client.ts';
import { configOf, withConfigOptions } from './config-options.ts';
import { CommandEnd } from './exit-code.ts';
import { withExamples } from './help.ts';
import { filterOf, type LetterFlags, topicsOf, withLetterOptions } from './letter-options.ts';
import { createProgress } from './progress.ts';
import { listenForStop } from './stop-signal.ts';

interface Flags extends LetterFlags {
  readonly each?: true;
  readonly reveal?: true;
  readonly json?: true;
}

export function listCommand(): Command {
  const command = new Command('list')
    .summary('how many there are, and why')
    .description(
      'Counts the dead letters without an end by error code, portal, mapping and age. Changes nothing. Ends with code 4 ' +
        'if there are some.',
    )
    .option('--each', 'a line for each letter, with its place')
    .option('--reveal', 'show ids that are phone numbers in full')
    .option('--json', 'one JSON object a group, or with --each a letter')
    .action(async (flags: Flags, command: Command) => {
      const { config } = await configOf(command);
      const topics = topicsOf(config, flags).map((topic) => topic + config.output.dlqSuffix);
      const kafka = await createKafkaClient(config.kafka, () => {});
      await using reader = kafka.reader();
      using stop = listenForStop();
      using progress = createProgress({ stream: process.stderr, silent: flags.json === true });
      const reading = (done: number, all: number) => progress.update(`${done} of ${all} records read`);
      const partitions = await readLetters(topics, config.kafka.groupId, reader, reading, stop.signal);
      progress.done();
      const open = partitions.flatMap(({ log }) => log.letters());
      const letters = open.filter(createLetterFilter(filterOf(flags)));
      const ended = partitions.reduce((sum, { log }) => sum + log.ended, 0);
      const reveal = flags.reveal === true;
      const groups = groupLetters(letters, systemClock.wall());
      const lines = flags.json
        ? (flags.each ? letters.map((letter) => letterJson(letter, reveal)) : groups).map((one) => JSON.stringify(one))
        : [
            ...(letters.length === 0 ? [] : flags.each ? letterTable(letters, reveal) : groupTable(groups)),
            `${letters.length} dead letters without an end${ended > 0 ? `; ${ended} have one` : ''}.`,
          ];
      if (lines.length > 0) process.stdout.write(`${lines.join('\n')}\n`);
      if (letters.length > 0) throw new CommandEnd('findings');
    });
  return withExamples(withConfigOptions(withLetterOptions(command)), [
    ['What could not be done, and why', 'callmatch dlq list'],
    ['The letters of one portal, one by one', 'callmatch dlq list --each --portal acme'],
  ]);
}
