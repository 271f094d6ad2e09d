/** `callmatch dlq redrive`. */
import { writeFile } from 'node:fs/promises';
import { Command, InvalidArgumentError } from 'commander';
import { systemClock } from '../clock.ts';
import { secretsOf } from '../config/secrets.ts';
import { createKnownSecrets } from '../ops/known-secrets.ts';
import { createLogger } from '../ops/logger.ts';
import { MASK } from '../ops/masking.ts';
import { redrive } from '../redrive/redrive.ts';
import { rehearseRedrive } from '../redrive/rehearse.ts';
import { type RedriveSummary, redriveLines } from '../redrive/report.ts';
import { redriveToSource } from '../redrive/to-source.ts';
import { progressJson, progressLine, totalOf } from '../replay/report.ts';
import { configOf, withConfigOptions } from './config-options.ts';
import { CommandEnd } from './exit-code.ts';
import { withExamples } from './help.ts';
import { filterOf, type LetterFlags, topicsOf, withLetterOptions } from './letter-options.ts';
import { createProgress } from './progress.ts';
import { listenForStop } from './stop-signal.ts';

interface Flags extends LetterFlags {
  readonly all?: true;
  readonly toSource?: true;
  readonly dryRun?: true;
  readonly ids: number;
  readonly port: number;
  readonly report?: string;
  readonly json?: true;
}

export function redriveCommand(): Command {
  const command = new Command('redrive')
    .summary('send the calls again, once their cause is cured')
    .description(
      'Sends the calls of dead letters to HubSpot again, in what the live calls leave of the quota; of a record with ' +
        'several calls only the one that failed. What has an engagement by now is left out. Each letter goes out once, ' +
        'also when the command is interrupted and repeated; a call that fails again comes back as a letter with a count. ' +
        'Only one such command runs at a time. Ends with code 4 if calls were buried again, or not all were done.',
    )
    .option('--all', 'all letters; else say which')
    .option(
      '--to-source',
      'write the records back to their source topic instead: everybody who reads that reads them again',
    )
    .option('--dry-run', 'only say what would become of them')
    .option('--ids <n>', 'ids of enriched calls that are remembered, 16 bytes each', count, 10_000_000)
    .option('--port <n>', 'port of the probes and metrics; 0 takes a free one', count, 0)
    .option('--report <file>', 'write the summary to this file as JSON')
    .option('--json', 'progress and summary as lines of JSON')
    .action(run);
  return withExamples(withConfigOptions(withLetterOptions(command)), [
    ['What would become of them by now', 'callmatch dlq redrive --all --dry-run'],
    ['Send again what HubSpot refused, after its cause is cured', 'callmatch dlq redrive --code crm-rejected'],
    ['One letter', 'callmatch dlq redrive --offset 0:42'],
  ]);
}

async function run(flags: Flags, command: Command): Promise<void> {
  const filter = filterOf(flags);
  if (!flags.all && Object.values(filter).every((one) => one === undefined) && flags.topic === undefined)
    command.error('Say which letters, such as --code crm-rejected, or --all.');
  const { config } = await configOf(command);
  const secrets = createKnownSecrets(MASK);
  secrets.add(secretsOf(config));
  using stop = listenForStop();
  using progress = createProgress({ stream: process.stderr, silent: flags.json === true });
  const request = { topics: topicsOf(config, flags), filter, ids: flags.ids, port: flags.port };
  const surroundings = {
    log: createLogger(config.log, { destination: process.stderr, secrets }),
    clock: systemClock,
    signal: stop.signal,
    step: (text: string) => progress.step(text),
    reading: (text: string) => progress.update(text),
    progress: (now: Parameters<typeof progressLine>[0]) => {
      if (flags.json) process.stdout.write(`${progressJson(now)}\n`);
      else progress.update(progressLine(now));
    },
  };
  if (flags.dryRun) {
    const rehearsal = await rehearseRedrive(request, config, surroundings);
    progress.done();
    const lines = Object.entries(rehearsal.ends).map(([end, letters]) => `${String(letters).padStart(8)}  ${end}`);
    const text = flags.json ? [JSON.stringify(rehearsal)] : ['Nothing was sent. By now they would be:', ...lines];
    process.stdout.write(`${text.join('\n')}\n`);
    return;
  }
  const summary = await (flags.toSource ? redriveToSource : redrive)(request, config, surroundings);
  progress.done();
  await tell(summary, flags);
  const isDone = summary.isFinished && Object.keys(summary.left).length === 0;
  if (!isDone || totalOf(summary.counts.buried) > 0) throw new CommandEnd('findings');
}

async function tell(summary: RedriveSummary, { json, report }: Flags): Promise<void> {
  const text = JSON.stringify(summary);
  if (report !== undefined) await writeFile(report, `${text}\n`);
  process.stdout.write(json ? `${text}\n` : `${redriveLines(summary).join('\n')}\n`);
}

function count(text: string): number {
  if (!/^\d{1,9}$/.test(text)) throw new InvalidArgumentError('It is a whole number.');
  return Number(text);
}
