/** `callmatch dev`: everything on this machine, with endless traffic; `--demo`: a bounded run that checks itself. */
import { Command, InvalidArgumentError } from 'commander';
import { runDemo } from '../dev/demo.ts';
import { keepSending } from '../dev/endless-traffic.ts';
import { type Session, startSession } from '../dev/session.ts';
import { createLogger } from '../ops/logger.ts';
import { CommandEnd } from './exit-code.ts';
import { withExamples } from './help.ts';
import { createProgress, type Progress } from './progress.ts';
import { listenForStop } from './stop-signal.ts';
import { trafficCommand } from './traffic.ts';

interface Flags {
  readonly demo?: boolean;
  readonly records: number;
  readonly rate: number;
  readonly seed: number;
  readonly quota: { readonly requests: number; readonly seconds: number };
  readonly port: number;
  readonly logLevel: 'silent' | 'error' | 'warn' | 'info' | 'debug';
}

export function devCommand(): Command {
  const command = new Command('dev')
    .description(
      'Starts a Kafka broker, a schema registry, the CRM simulator and the service on this machine, and sends call ' +
        'records until Ctrl-C. Needs no account. It takes the first of: the cluster of CALLMATCH_KAFKA__BROKERS and ' +
        'CALLMATCH_REGISTRY__URL, a Docker engine, Java 17 with Maven.',
    )
    .option('--demo', 'send a few thousand records, show what became of them, check that it adds up, and end')
    .option('--records <n>', 'records of the demo', integer, 3000)
    .option('--rate <n>', 'records a second without --demo', integer, 10)
    .option('--seed <n>', 'seed of the traffic; the same gives the same records', integer, 1)
    .option('--quota <n/seconds>', 'requests per rolling window', quota, { requests: 1100, seconds: 10 })
    .option('--port <n>', 'port of /live, /ready, /metrics and /status; 0 for any free one', integer, 0)
    .option('--log-level <level>', 'level of the log on standard error', 'error')
    .action(run)
    .addCommand(trafficCommand());
  return withExamples(command, [
    ['See it work, once', 'callmatch dev --demo'],
    ["Under HubSpot's own quota", 'callmatch dev --demo --records 500 --quota 110/10'],
    ['Leave it running, and look at its metrics', 'callmatch dev --port 8080'],
  ]);
}

async function run(flags: Flags): Promise<void> {
  const progress = createProgress({ stream: process.stderr });
  using stop = listenForStop();
  const { signal } = stop;
  const log = createLogger({ level: flags.logLevel, format: 'auto' }, { destination: process.stderr });
  try {
    await using session = await startSession({ ...flags, log, signal, onProgress: (text) => progress.step(text) });
    if (flags.demo) await demo(session, flags, signal, progress);
    else await keepSending(session, { ...flags, signal, onProgress: (text) => progress.update(text) });
  } catch (error) {
    // Ctrl-C is how a person ends this command.
    if (!signal.aborted) throw error;
  } finally {
    progress.done();
  }
}

async function demo(session: Session, flags: Flags, signal: AbortSignal, progress: Progress) {
  const onProgress = (text: string) => progress.update(text);
  const { report, problems } = await runDemo(session, { ...flags, signal, onProgress });
  progress.done();
  process.stdout.write(`${report}\n`);
  if (problems.length === 0) {
    process.stdout.write('Every number adds up: what was sent, what was counted, the topics, the CRM, the offsets.\n');
    return;
  }
  process.stdout.write(`These numbers do not add up:\n${problems.map((problem) => `  - ${problem}\n`).join('')}`);
  throw new CommandEnd('findings');
}

function integer(text: string): number {
  if (!/^\d+$/.test(text)) throw new InvalidArgumentError('Write an integer from 0 on.');
  return Number(text);
}

function quota(text: string): Flags['quota'] {
  const [, requests, seconds] = /^([1-9]\d*)\/([1-9]\d*)$/.exec(text) ?? [];
  if (requests === undefined) throw new InvalidArgumentError('Write requests and seconds, such as 110/10.');
  return { requests: Number(requests), seconds: Number(seconds) };
}
