/** `callmatch topics create`. */
import { Command, InvalidArgumentError } from 'commander';
import type { Config } from '../config/schema.ts';
import { connectKafka } from '../kafka/connection.ts';
import type { TopicFinding } from '../kafka/topics.ts';
import { setUpTopics, type TopicSetup } from '../setup.ts';
import { configOf, withConfigOptions } from './config-options.ts';
import { CommandEnd } from './exit-code.ts';
import { withExamples } from './help.ts';

interface Flags {
  readonly sourcePartitions?: number;
  readonly replicationFactor: number;
  readonly dryRun?: boolean;
  readonly json?: boolean;
}

export function topicsCommand(): Command {
  return new Command('topics').description('Creates the topics that callmatch writes.').addCommand(createCommand());
}

function createCommand(): Command {
  const command = new Command('create')
    .summary('create the topics that are missing')
    .description(
      'Creates the outcome, dead-letter, parked and control topics that are missing, with the partitions of their ' +
        'sources. Those that exist are left as they are; where they differ from what is needed, the command says so and ' +
        'ends with code 4. Can be repeated.',
    )
    .option('--source-partitions <n>', 'create missing source topics, too, with this many partitions', count)
    .option('--replication-factor <n>', "replicas of each topic; -1 takes the cluster's default", replicas, -1)
    .option('--dry-run', 'only say what would be done')
    .option('--json', 'one JSON object a topic')
    .action(async (flags: Flags, command: Command) => {
      const { config } = await configOf(command);
      const findings = await setUp(config, { ...flags, dryRun: flags.dryRun ?? false });
      for (const finding of findings) {
        process.stdout.write(
          `${flags.json ? JSON.stringify(asJson(finding)) : line(finding, flags.dryRun ?? false)}\n`,
        );
      }
      if (findings.some(({ state }) => state === 'differs')) throw new CommandEnd('findings');
    });
  return withExamples(withConfigOptions(command), [
    ['See what would be created', 'callmatch topics create --dry-run'],
    ['Create everything, the source topic with 8 partitions', 'callmatch topics create --source-partitions 8'],
  ]);
}

async function setUp(config: Config, setup: TopicSetup): Promise<TopicFinding[]> {
  await using connection = await connectKafka(config.kafka);
  return await setUpTopics(config, connection.admin, setup);
}

function line(finding: TopicFinding, dryRun: boolean): string {
  const { name, partitions, role } = finding.plan;
  const what = `${name} (${role}, ${partitions} partition${partitions === 1 ? '' : 's'})`;
  switch (finding.state) {
    case 'missing':
      return `${dryRun ? 'would create' : 'created'}  ${what}`;
    case 'as-planned':
      return `exists   ${what}`;
    case 'differs':
      return `DIFFERS  ${what}: ${finding.differences.join(', ')}`;
  }
}

function asJson(finding: TopicFinding): object {
  const { plan, ...rest } = finding;
  return { topic: plan.name, role: plan.role, partitions: plan.partitions, config: plan.config, ...rest };
}

function count(text: string): number {
  if (!/^[1-9]\d*$/.test(text)) throw new InvalidArgumentError('Write an integer from 1 on.');
  return Number(text);
}

function replicas(text: string): number {
  return text === '-1' ? -1 : count(text);
}
