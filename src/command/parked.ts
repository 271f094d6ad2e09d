/** `callmatch parked`. */
import { Command } from 'commander';
import { createKafkaClient } from '../kafka/client.ts';
import { ParkedListing, parkedLines, sumGroups } from '../parking/parked-listing.ts';
import { configOf, withConfigOptions } from './config-options.ts';
import { withExamples } from './help.ts';
import { createProgress } from './progress.ts';
import { listenForStop } from './stop-signal.ts';

export function parkedCommand(): Command {
  return new Command('parked')
    .description(
      'The parked calls: those of portals that are paused or have more to do than their quota takes. They go on by ' +
        'themselves once their portal is well; nothing has to be done for them.',
    )
    .addCommand(listCommand());
}

function listCommand(): Command {
  const command = new Command('list')
    .summary('how many there are, whose, and why')
    .description('Counts the parked calls without an end by portal and by why they were parked. Changes nothing.')
    .option('--portal <name>', 'only calls of this portal')
    .option('--json', 'one JSON object a line')
    .action(async ({ portal, json }: { portal?: string; json?: true }, command: Command) => {
      const { config } = await configOf(command);
      const kafka = await createKafkaClient(config.kafka, () => {});
      await using reader = kafka.reader();
      using stop = listenForStop();
      using progress = createProgress({ stream: process.stderr, silent: json === true });
      const found: ReturnType<ParkedListing['groups']>[] = [];
      let read = 0;
      for (const topic of config.sources.map((source) => source.topic + config.output.parkedSuffix)) {
        for (const { partition, start, end } of await reader.bounds(topic, stop.signal)) {
          const listing = new ParkedListing(config.kafka.groupId);
          const onRecord = (record: Parameters<ParkedListing['read']>[0]) => {
            listing.read(record);
            read += 1;
            progress.update(`${read} records read`);
          };
          await reader.read({ topic, partition }, { from: start, to: end }, onRecord, stop.signal);
          found.push(listing.groups());
        }
      }
      progress.done();
      const groups = sumGroups(found.flat()).filter((group) => portal === undefined || group.portal === portal);
      const count = groups.reduce((sum, group) => sum + group.count, 0);
      const lines = json
        ? groups.map((group) => JSON.stringify(group))
        : [...parkedLines(groups), `${count} parked calls.`];
      if (lines.length > 0) process.stdout.write(`${lines.join('\n')}\n`);
    });
  return withExamples(withConfigOptions(command), [
    ['Whose calls wait, and why', 'callmatch parked list'],
    ['For a script', 'callmatch parked list --portal acme --json'],
  ]);
}
