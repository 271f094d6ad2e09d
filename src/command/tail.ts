/** `callmatch tail`. */
import { Command } from 'commander';
import { systemClock } from '../clock.ts';
import type { Config } from '../config/schema.ts';
import { followTopic } from '../kafka/topic-follower.ts';
import { placeOf } from '../offsets/place.ts';
import { type OffsetTarget, parseTarget } from '../offsets/target.ts';
import { maskedOutcome, outcomeLine } from '../outcome/outcome-text.ts';
import { configOf, withConfigOptions } from './config-options.ts';
import { withExamples } from './help.ts';
import { connectOutcomes } from './outcome-connection.ts';
import { listenForStop } from './stop-signal.ts';

interface TailFlags {
  readonly since: OffsetTarget;
  readonly portal?: readonly string[];
  readonly reveal?: boolean;
  readonly json?: boolean;
}

export function tailCommand(): Command {
  const command = new Command('tail')
    .description(
      'Follows the topic of the outcomes: who called, as HubSpot knows it, one line a call. Joins no group. Numbers and ' +
        'names are masked. Ctrl-C ends it.',
    )
    .option(
      '--since <where>',
      'earliest, a time with its zone, or how long ago, such as 10m (default: what comes from now on)',
      (text: string) => parseTarget(text, systemClock.wall(), '--since'),
      { kind: 'latest' } as const,
    )
    .option(
      '--portal <name>',
      'only calls of this portal; repeatable',
      (value: string, earlier: readonly string[] = []) => [...earlier, value],
    )
    .option('--reveal', 'show full numbers and names')
    .option('--json', 'one JSON object a call')
    .action(async (flags: TailFlags, command: Command) => {
      const { config } = await configOf(command);
      await tail(config, flags);
    });
  return withExamples(withConfigOptions(command), [
    ['Watch who calls', 'callmatch tail'],
    ['The last ten minutes of one portal, and what follows', 'callmatch tail --since 10m --portal main'],
  ]);
}

async function tail(config: Config, { since, portal: portals, reveal, json }: TailFlags): Promise<void> {
  const { topic } = config.output;
  await using connection = await connectOutcomes(config);
  const { admin, reader, codec } = connection;
  using stop = listenForStop();
  const place = await placeOf(admin, topic, since);
  const from = new Map((await reader.bounds(topic)).map((ends) => [ends.partition, Math.max(ends.start, place(ends))]));
  await followTopic(
    topic,
    from,
    ({ value }) => {
      const outcome = codec.read(value);
      if (outcome === undefined || !(portals?.includes(outcome.portal) ?? true)) return;
      const shown = reveal ? outcome : maskedOutcome(outcome);
      process.stdout.write(`${json ? JSON.stringify(shown) : outcomeLine(shown)}\n`);
    },
    { reader, clock: systemClock, signal: stop.signal },
  );
}
