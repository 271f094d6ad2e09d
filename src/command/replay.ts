/** `callmatch replay`. */
import { writeFile } from 'node:fs/promises';
import { Command, InvalidArgumentError } from 'commander';
import { createCountryOf } from '../cdr/number-country.ts';
import { systemClock } from '../clock.ts';
import { secretsOf } from '../config/secrets.ts';
import { type PartitionRange, parsePartitions } from '../offsets/partition-ranges.ts';
import { type OffsetTarget, parseTarget } from '../offsets/target.ts';
import { createKnownSecrets } from '../ops/known-secrets.ts';
import { createLogger } from '../ops/logger.ts';
import { MASK } from '../ops/masking.ts';
import { previewReport } from '../preview/report.ts';
import { previewJson } from '../preview/report-json.ts';
import { Tally } from '../preview/tally.ts';
import { nameOfReplay } from '../replay/name.ts';
import { type ReplayRequest, type ReplaySurroundings, rehearse, replay } from '../replay/replay.ts';
import { progressJson, progressLine, type ReplaySummary, summaryLines, totalOf } from '../replay/report.ts';
import { configOf, withConfigOptions } from './config-options.ts';
import { CommandEnd } from './exit-code.ts';
import { withExamples } from './help.ts';
import { createProgress } from './progress.ts';
import { listenForStop } from './stop-signal.ts';

interface ReplayFlags {
  readonly from: OffsetTarget;
  readonly to: OffsetTarget;
  readonly topic?: readonly string[];
  readonly partitions?: readonly PartitionRange[];
  readonly portal?: readonly string[];
  readonly status?: readonly string[];
  readonly number?: readonly string[];
  readonly externalId?: readonly string[];
  readonly name?: string;
  readonly resubmit?: true;
  readonly verify?: true;
  readonly assumeNew?: true;
  readonly createEngagement?: boolean;
  readonly ids: number;
  readonly port: number;
  readonly report?: string;
  readonly dryRun?: true;
  readonly json?: true;
}

/** Of each end, in a dry run. */
const EXAMPLES = 3;

/** What makes it the same replay again; how it is shown does not. */
const IDENTITY = ['from', 'to', 'topic', 'partitions', 'portal', 'status', 'number', 'externalId', 'createEngagement'];

export function replayCommand(): Command {
  const asked = new Map<string, string>();
  /** Keeps what was written, for the name: `2h` ago is another time each time. */
  const target = (option: string) => (text: string) => {
    asked.set(option, text);
    return parseTarget(text, systemClock.wall(), `--${option}`);
  };
  const command = new Command('replay')
    .description(
      'Reads a range of the source topics once more and submits the inbound calls in it that have no engagement yet, in ' +
        'what the live calls leave of the quota. It ends where the service stands, so that the two never meet. The same ' +
        'command goes on where it stopped; several processes with it share the work. Ends with code 4 if calls were ' +
        'buried, or if it was stopped before its end.',
    )
    .requiredOption(
      '--from <where>',
      'earliest, an offset, a time with its zone, or how long ago, such as 30d',
      target('from'),
    )
    .option('--to <where>', 'where it ends, written the same way; latest is where the service stands', target('to'), {
      kind: 'latest',
    })
    .option('--topic <name>', 'only this source topic; repeatable', several)
    .option('--partitions <list>', 'only these partitions, such as 0,3-5', parsePartitions)
    .option('--portal <name>', 'only calls of this portal; repeatable', several)
    .option('--status <status>', 'only calls that ended so, such as MISSED; repeatable', several)
    .option('--number <e164>', 'only calls from or to this number; repeatable', several)
    .option('--external-id <id>', 'only this call; repeatable', several)
    .option(
      '--create-engagement <true|false>',
      'false: ask for the matches only; such calls do not count as done',
      yesOrNo,
    )
    .option('--resubmit', 'send also what has an engagement: HubSpot logs these calls twice')
    .option('--verify', 'look calls up in HubSpot of which the outcomes have expired; 5 a second and account at most')
    .option('--assume-new', 'take calls of which the outcomes have expired for calls without an engagement')
    .option('--name <name>', 'name of the replay (default: made from the range and the filters)')
    .option('--ids <n>', 'ids of enriched calls that are remembered, 16 bytes each', count, 10_000_000)
    .option('--port <n>', 'port of the probes and metrics; 0 takes a free one', count, 0)
    .option('--report <file>', 'write the summary to this file as JSON')
    .option('--dry-run', 'only say how many calls it would send, and how long that takes at the quota')
    .option('--json', 'progress and summary as lines of JSON')
    .action(async (flags: ReplayFlags, command: Command) => {
      const { config } = await configOf(command);
      const secrets = createKnownSecrets(MASK);
      secrets.add(secretsOf(config));
      const log = createLogger(config.log, { destination: process.stderr, secrets });
      using stop = listenForStop();
      using progress = createProgress({ stream: process.stderr, silent: flags.json === true });
      const identity = Object.entries({ ...flags, ...Object.fromEntries(asked) }).filter(([name]) =>
        IDENTITY.includes(name),
      );
      const request: ReplayRequest = {
        ...flags,
        name: flags.name ?? nameOfReplay(Object.fromEntries(identity)),
        filter: {
          portals: flags.portal,
          statuses: flags.status,
          numbers: flags.number,
          externalIds: flags.externalId,
        },
      };
      const surroundings: ReplaySurroundings = {
        log,
        clock: systemClock,
        signal: stop.signal,
        step: (text) => progress.step(text),
        reading: (text) => progress.update(text),
        progress: (now) => {
          if (flags.json) process.stdout.write(`${progressJson(now)}\n`);
          else progress.update(progressLine(now));
        },
      };
      if (flags.dryRun) {
        const tally = new Tally(EXAMPLES, createCountryOf());
        const { ranges: stretches, complete } = await rehearse(request, config, surroundings, tally);
        progress.done();
        const { portals, delivery } = config;
        const findings = { tally, stretches, complete, portals, remembered: delivery.duplicates.calls, reveal: false };
        const text = flags.json ? JSON.stringify(previewJson(findings)) : previewReport(findings).join('\n');
        process.stdout.write(`${text}\n`);
        return;
      }
      const summary = await replay(request, config, surroundings);
      progress.done();
      await tell(summary, flags);
      if (!summary.isFinished || totalOf(summary.counts.buried) > 0) throw new CommandEnd('findings');
    });
  return withExamples(withConfigOptions(command), [
    [
      'Send what was missed while the service was misconfigured',
      'callmatch replay --from 2026-11-02T09:00:00Z --to 2026-11-03T09:00:00Z',
    ],
    ['See what it would take to load the history of a month', 'callmatch replay --from 30d --dry-run'],
    ['Load it', 'callmatch replay --from 30d'],
    ['Only the missed calls of one portal', 'callmatch replay --from 7d --portal acme --status MISSED'],
  ]);
}

async function tell(summary: ReplaySummary, { json, report }: ReplayFlags): Promise<void> {
  const text = JSON.stringify(summary);
  if (report !== undefined) await writeFile(report, `${text}\n`);
  process.stdout.write(json ? `${text}\n` : `${summaryLines(summary).join('\n')}\n`);
}

function several(value: string, earlier: readonly string[] = []): readonly string[] {
  return [...earlier, value];
}

function yesOrNo(text: string): boolean {
  if (text !== 'true' && text !== 'false') throw new InvalidArgumentError('It is true or false.');
  return text === 'true';
}

function count(text: string): number {
  if (!/^\d{1,9}$/.test(text)) throw new InvalidArgumentError('It is a whole number.');
  return Number(text);
}
