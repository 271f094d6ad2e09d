/** `callmatch mapping`: the mappings there are, and trying and testing one. */
import { Command } from 'commander';
import { loadMapping, readMapping, shippedMappings } from '../config/mapping-files.ts';
import { describeMapping, type MappingSummary } from '../trial/mapping-summary.ts';
import { withExamples } from './help.ts';
import { testCommand } from './mapping-test.ts';
import { tryCommand } from './mapping-try.ts';

export function mappingCommand(): Command {
  return new Command('mapping')
    .description('Shows the mappings that are shipped, and tries and tests mappings on records.')
    .addCommand(listCommand())
    .addCommand(showCommand())
    .addCommand(tryCommand())
    .addCommand(testCommand());
}

function listCommand(): Command {
  const command = new Command('list')
    .summary('list the mappings that are shipped')
    .description('Lists the mappings that are shipped, with the formats they read and the parameters they have.')
    .option('--json', 'one JSON object a mapping')
    .action(async ({ json }: { json?: boolean }) => {
      const summaries: MappingSummary[] = [];
      for (const name of await shippedMappings()) summaries.push(describeMapping(await loadMapping(name)));
      const width = Math.max(...summaries.map(({ name }) => name.length));
      for (const summary of summaries)
        process.stdout.write(`${json ? JSON.stringify(summary) : summaryLine(summary, width)}\n`);
    });
  return withExamples(command, [
    ['See what is there', 'callmatch mapping list'],
    ['Only what a mapping can be told', 'callmatch mapping list --json | jq .parameters'],
  ]);
}

/** `asterisk  json csv  Asterisk CDR …  (contexts, timeZone, mainNumber)`; a parameter that has to be set has a star. */
function summaryLine({ name, formats, description, parameters }: MappingSummary, width: number): string {
  const names = Object.entries(parameters).map(([parameter, { required }]) => `${parameter}${required ? '*' : ''}`);
  const settings = names.length === 0 ? '' : `  (${names.join(', ')})`;
  return `${name.padEnd(width)}  ${formats.join(' ').padEnd(13)}  ${description}${settings}`;
}

function showCommand(): Command {
  const command = new Command('show')
    .summary('print a mapping, to start one of your own from')
    .description(
      'Prints the file of a mapping as it is. Its comments explain it; a copy of it is a mapping of your own.',
    )
    .argument('<name>', 'a shipped mapping, or the path of a mapping file')
    .action(async (name: string) => {
      process.stdout.write(await readMapping(name));
    });
  return withExamples(command, [['Start a mapping of your own', 'callmatch mapping show asterisk > my-switch.yaml']]);
}
