/** `callmatch dlq purge`. */
import { createInterface } from 'node:readline/promises';
import { Command } from 'commander';
import { systemClock } from '../clock.ts';
import { purge } from '../redrive/purge.ts';
import { configOf, withConfigOptions } from './config-options.ts';
import { withExamples } from './help.ts';
import { filterOf, type LetterFlags, topicsOf, withLetterOptions } from './letter-options.ts';
import { createProgress } from './progress.ts';
import { listenForStop } from './stop-signal.ts';

interface Flags extends LetterFlags {
  readonly all?: true;
  readonly dryRun?: true;
  readonly yes?: true;
  readonly json?: true;
}

export function purgeCommand(): Command {
  const command = new Command('purge')
    .summary('give them up: nobody redrives them any more')
    .description(
      'Marks dead letters as given up, and deletes the beginning of each partition as far as nothing there is needed any ' +
        'more. Their calls are never sent. Asks on a terminal; elsewhere it needs --yes.',
    )
    .option('--all', 'all letters; else say which')
    .option('--dry-run', 'only say how many')
    .option('-y, --yes', 'do not ask')
    .option('--json', 'the summary as JSON')
    .action(run);
  return withExamples(withConfigOptions(withLetterOptions(command)), [
    ['How many letters are older than a month', 'callmatch dlq purge --to 30d --dry-run'],
    ['Give up what could not be decoded', 'callmatch dlq purge --code undecodable --yes'],
  ]);
}

async function run(flags: Flags, command: Command): Promise<void> {
  const filter = filterOf(flags);
  if (!flags.all && Object.values(filter).every((one) => one === undefined) && flags.topic === undefined)
    command.error('Say which letters, such as --code undecodable, or --all.');
  if (!flags.dryRun && !flags.yes && process.stdin.isTTY !== true)
    command.error('Nobody is there to be asked: add --yes, or --dry-run.');
  const { config } = await configOf(command);
  using stop = listenForStop();
  using progress = createProgress({ stream: process.stderr, silent: flags.json === true });
  const confirm = async (letters: number) => {
    progress.done();
    return flags.yes === true || ask(`Give up ${letters} dead letters? Their calls are never sent. (yes/no) `);
  };
  const request = { topics: topicsOf(config, flags), filter, dryRun: flags.dryRun === true };
  const reading = (text: string) => progress.update(text);
  const summary = await purge(request, config, { clock: systemClock, signal: stop.signal, reading, confirm });
  progress.done();
  if (summary === undefined) return void process.stdout.write('Nothing was changed.\n');
  const { letters, deleted, left } = summary;
  const text = flags.dryRun
    ? `${letters} dead letters would be given up, and ${deleted} records deleted; ${left} letters would stay.`
    : `${letters} dead letters are given up, and ${deleted} records are deleted; ${left} letters stay.`;
  process.stdout.write(`${flags.json ? JSON.stringify(summary) : text}\n`);
}

async function ask(question: string): Promise<boolean> {
  const terminal = createInterface({ input: process.stdin, output: process.stderr });
  try {
    return (await terminal.question(question)).trim() === 'yes';
  } finally {
    terminal.close();
  }
}
