/** `callmatch offsets show`, `callmatch offsets reset` and `callmatch offsets restore`. */
import { Command } from 'commander';
import { systemClock } from '../clock.ts';
import type { Config } from '../config/schema.ts';
import { CallmatchError } from '../errors.ts';
import { connectKafka, type KafkaConnection } from '../kafka/connection.ts';
import { describeGroup, groupPositions } from '../kafka/group-offsets.ts';
import { backupName, readBackup } from '../offsets/backup.ts';
import { moveOffsets } from '../offsets/move.ts';
import { type PartitionRange, parsePartitions } from '../offsets/partition-ranges.ts';
import { choosePartitions, isChange, type Move, planReset, planRestore } from '../offsets/plan.ts';
import { groupLine, isAchieved, moveJson, moveLine, positionJson, positionTable } from '../offsets/report.ts';
import { isOutOfRange, standingOf } from '../offsets/standing.ts';
import { type OffsetTarget, parseTarget } from '../offsets/target.ts';
import { targetOffsets } from '../offsets/target-offsets.ts';
import { configOf, withConfigOptions } from './config-options.ts';
import { CommandEnd } from './exit-code.ts';
import { withExamples } from './help.ts';

interface MoveFlags {
  readonly dryRun?: boolean;
  readonly backup?: string;
  readonly json?: boolean;
}

interface ResetFlags extends MoveFlags {
  readonly to: OffsetTarget;
  readonly topic?: string;
  readonly partitions?: readonly PartitionRange[];
}

export function offsetsCommand(): Command {
  return new Command('offsets')
    .description('Shows where the consumer group stands in the source topics, and moves it.')
    .addCommand(showCommand())
    .addCommand(resetCommand())
    .addCommand(restoreCommand());
}

function showCommand(): Command {
  const command = new Command('show')
    .summary('where the group stands, and what was lost to retention')
    .description(
      'Shows for every partition of the sources the committed offset, the oldest and the newest there is, the lag, and ' +
        'how many offsets were deleted by the retention of the topic before they were done. Changes nothing. Ends with ' +
        'code 4 if a committed offset is out of range.',
    )
    .option('--json', 'one JSON object a partition')
    .action(async ({ json }: { json?: boolean }, command: Command) => {
      const { config } = await configOf(command);
      const { groupId } = config.kafka;
      await using connection = await connectKafka(config.kafka);
      const group = await describeGroup(connection.admin, groupId);
      const positions = await groupPositions(connection.admin, groupId, sourcesOf(config));
      if (json) print(positions.map((position) => JSON.stringify(positionJson(groupId, group, position))));
      else print([groupLine(groupId, group), '', ...positionTable(positions)]);
      if (!positions.some((position) => isOutOfRange(standingOf(position)))) return;
      if (!json) print(['', 'Go on at the oldest record there is: callmatch offsets reset --to earliest']);
      throw new CommandEnd('findings');
    });
  return withExamples(withConfigOptions(command), [['See where the group stands', 'callmatch offsets show']]);
}

function resetCommand(): Command {
  const command = new Command('reset')
    .summary('move the group to other offsets')
    .description(
      'Moves the committed offsets of the group. Before anything is committed, the old ones are written to a file, ' +
        'with which `callmatch offsets restore` takes it back. Refuses with code 3 while the group has members; while ' +
        'it works, no service can join. Records behind the new offsets are read again, those before it are not.',
    )
    .requiredOption(
      '--to <where>',
      'earliest, latest, an offset, a time with its zone (the first record from then on), or how long ago, such as 2h',
      (text: string) => parseTarget(text, systemClock.wall()),
    )
    .option('--topic <name>', 'only this source topic')
    .option('--partitions <list>', 'only these partitions, such as 0,3-5', parsePartitions)
    .action(async (flags: ResetFlags, command: Command) => {
      const { config } = await configOf(command);
      await using connection = await connectKafka(config.kafka);
      const topics = flags.topic === undefined ? sourcesOf(config) : [sourceOf(config, flags.topic)];
      await move(connection, config, flags, async () => {
        const positions = await groupPositions(connection.admin, config.kafka.groupId, topics);
        const target = await targetOffsets(connection.admin, topics, flags.to);
        return planReset(choosePartitions(positions, flags.partitions), target);
      });
    });
  return withExamples(withConfigOptions(withMoveOptions(command)), [
    ['See what a reset would change', 'callmatch offsets reset --to earliest --dry-run'],
    ['Read the last two hours again', 'callmatch offsets reset --to 2h'],
    ['Skip to a time in two partitions', 'callmatch offsets reset --to 2026-11-02T09:00:00+01:00 --partitions 0,3'],
  ]);
}

function restoreCommand(): Command {
  const command = new Command('restore')
    .summary('put back the offsets that a reset has saved')
    .description(
      'Puts back the offsets in a file of `callmatch offsets reset`, with their metadata. The offsets that it replaces ' +
        'are saved in the same way. Refuses with code 3 while the group has members. Ends with code 4 if an offset is ' +
        'out of range by now, or if there was none, which cannot be brought back.',
    )
    .argument('<file>', 'what `callmatch offsets reset` has written')
    .action(async (file: string, flags: MoveFlags, command: Command) => {
      const { config } = await configOf(command);
      const { groupId } = config.kafka;
      const saved = await readBackup(file);
      await using connection = await connectKafka(config.kafka);
      await move(connection, config, flags, async () =>
        planRestore(await groupPositions(connection.admin, groupId, sourcesOf(config)), saved, groupId),
      );
    });
  return withExamples(withConfigOptions(withMoveOptions(command)), [
    ['Take a reset back', 'callmatch offsets restore callmatch-offsets-callmatch-20261102T090000.000Z.json'],
  ]);
}

function withMoveOptions(command: Command): Command {
  return command
    .option('--dry-run', 'only say what would be done; also while the group has members')
    .option('--backup <file>', 'where to save the old offsets (default: callmatch-offsets-GROUP-TIME.json)')
    .option('--json', 'one JSON object a partition');
}

async function move(
  connection: KafkaConnection,
  config: Config,
  { dryRun, backup, json }: MoveFlags,
  plan: () => Promise<readonly Move[]>,
): Promise<void> {
  const { groupId, sessionTimeout } = config.kafka;
  const savedAt = new Date(systemClock.wall()).toISOString();
  const file = backup ?? backupName({ group: groupId, savedAt });
  const settings = { groupId, sessionTimeout, topics: sourcesOf(config), backup: file, savedAt };
  const moves = dryRun ? await plan() : await moveOffsets(connection, settings, plan);
  const written = !dryRun && moves.some(isChange) ? file : undefined;
  print(moves.map((move) => (json ? JSON.stringify(moveJson(move, written)) : moveLine(move))));
  if (!json && dryRun) print(['Nothing was changed: this was a dry run.']);
  if (!json && written !== undefined) print([`Take it back: callmatch offsets restore ${written}`]);
  if (!moves.every(isAchieved)) throw new CommandEnd('findings');
}

function sourcesOf(config: Config): string[] {
  return config.sources.map(({ topic }) => topic);
}

function sourceOf(config: Config, topic: string): string {
  const sources = sourcesOf(config);
  if (sources.includes(topic)) return topic;
  throw new CallmatchError('offsets-invalid', `${topic} is no source; those are ${sources.join(', ')}`);
}

function print(lines: readonly string[]): void {
  process.stdout.write(`${lines.join('\n')}\n`);
}
