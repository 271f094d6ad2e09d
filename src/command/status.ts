/** `callmatch status`. */
import { Command, InvalidArgumentError } from 'commander';
import { systemClock, wait } from '../clock.ts';
import type { Config } from '../config/schema.ts';
import { describeGroup, type Group, groupPositions } from '../kafka/group-offsets.ts';
import { backlogOf, type Recent } from '../overview/estimate.ts';
import { askInstances } from '../overview/instances.ts';
import { type Overview, overviewOf } from '../overview/overview.ts';
import { recentCalls } from '../overview/recent-calls.ts';
import { overviewLines } from '../overview/report.ts';
import { configOf, withConfigOptions } from './config-options.ts';
import { withExamples } from './help.ts';
import { connectOutcomes, type OutcomeConnection } from './outcome-connection.ts';
import { listenForStop } from './stop-signal.ts';

interface StatusFlags {
  readonly instance?: readonly string[];
  readonly watch?: number | true;
  readonly json?: boolean;
}

const WATCH_S = 5;
/** Clears a terminal, and goes to its top. */
const CLEAR = '\u001b[2J\u001b[H';

export function statusCommand(): Command {
  const command = new Command('status')
    .description(
      'Shows how far the group is: the lag of every partition and how long it takes at the quota, portals in trouble and ' +
        'why, parked calls, dead letters, and what each instance is doing. Asks the broker, and every member of the group ' +
        'at its host and http.port. Changes nothing.',
    )
    .option(
      '--instance <url>',
      'address of an instance, such as http://10.0.0.7:8080, instead of those of the group; repeatable',
      origins,
    )
    .option('--watch [seconds]', `show it anew every so many seconds (${WATCH_S}), until Ctrl-C`, seconds)
    .option('--json', 'one JSON object, a line each time')
    .action(async (flags: StatusFlags, command: Command) => {
      const { config } = await configOf(command);
      await show(config, flags);
    });
  return withExamples(withConfigOptions(command), [
    ['See how things stand', 'callmatch status'],
    ['Keep watching', 'callmatch status --watch'],
    ['For a script: records in the backlog', 'callmatch status --json | jq .lag'],
  ]);
}

async function show(config: Config, { instance, watch, json }: StatusFlags): Promise<void> {
  await using connection = await connectOutcomes(config);
  using stop = listenForStop();
  for (;;) {
    const overview = await look(config, instance, connection);
    const text = json ? JSON.stringify(overview) : overviewLines(overview, systemClock.wall()).join('\n');
    process.stdout.write(`${watch !== undefined && !json && process.stdout.isTTY ? CLEAR : ''}${text}\n`);
    if (watch === undefined) return;
    await wait(systemClock, (watch === true ? WATCH_S : watch) * 1000, stop.signal).catch(() => {});
    if (stop.signal.aborted) return;
  }
}

async function look(
  config: Config,
  named: readonly string[] | undefined,
  { admin, reader, codec }: OutcomeConnection,
): Promise<Overview> {
  const { groupId } = config.kafka;
  const topics = config.sources.map(({ topic }) => topic);
  const group = await describeGroup(admin, groupId);
  const instances = await askInstances(named ?? addressesOf(group, config), groupId);
  const positions = await groupPositions(admin, groupId, topics);
  const letters = await Promise.all(
    topics.map(async (topic) => {
      const bounds = await reader.bounds(topic + config.output.dlqSuffix);
      return [topic + config.output.dlqSuffix, bounds.reduce((sum, { start, end }) => sum + end - start, 0)] as const;
    }),
  );
  const recent: Recent = await recentCalls(config.output.topic, reader, codec);
  const quotas = new Map(Object.entries(config.portals).map(([name, { quota }]) => [name, quota]));
  return overviewOf({
    groupId,
    group,
    positions,
    instances,
    deadLetters: Object.fromEntries(letters),
    backlogOf: (lag) => backlogOf(lag, recent, quotas),
  });
}

/** Each host once: with several instances on one, only the one with this port can be told. */
function addressesOf({ members }: Group, { http }: Config): string[] {
  const hosts = new Set(members.map(({ host }) => (host.includes(':') ? `[${host}]` : host)));
  return [...hosts].map((host) => `http://${host}:${http.port}`);
}

function origins(text: string, earlier: readonly string[] = []): readonly string[] {
  if (!URL.canParse(text) || !/^https?:$/.test(new URL(text).protocol)) {
    throw new InvalidArgumentError('It is an address such as http://10.0.0.7:8080.');
  }
  return [...earlier, new URL(text).origin];
}

function seconds(text: string): number {
  if (!/^\d{1,5}$/.test(text) || Number(text) === 0) throw new InvalidArgumentError('It is a number of seconds.');
  return Number(text);
}
