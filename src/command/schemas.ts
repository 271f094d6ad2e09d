/** `callmatch schemas register` and `callmatch schemas check`. */
import { Command } from 'commander';
import { createRegistryClient } from '../registry/client.ts';
import { checkKept, type SchemaCheck } from '../schemas/check.ts';
import { readKeptSchemas, readSchema } from '../schemas/kept.ts';
import { checkRegistered } from '../schemas/registered.ts';
import { registerSchemas, subjectsOf } from '../setup.ts';
import { configOf, withConfigOptions } from './config-options.ts';
import { CommandEnd } from './exit-code.ts';
import { withExamples } from './help.ts';

export function schemasCommand(): Command {
  return new Command('schemas')
    .description('Registers the schemas of callmatch, or checks that old and new readers can live with them.')
    .addCommand(registerCommand())
    .addCommand(checkCommand());
}

function registerCommand(): Command {
  const command = new Command('register')
    .summary('register the schemas in the registry')
    .description(
      'Registers the schema of the outcomes, and that of the sources with the canonical mapping, and sets their ' +
        'compatibility to FULL_TRANSITIVE. Can be repeated. The service itself registers nothing.',
    )
    .option('--json', 'one JSON object a subject')
    .action(async ({ json }: { json?: boolean }, command: Command) => {
      const { config } = await configOf(command);
      await using registry = await createRegistryClient(config.registry);
      for (const { subject, id } of await registerSchemas(config, registry)) {
        process.stdout.write(`${json ? JSON.stringify({ subject, id }) : `${subject} has id ${id}`}\n`);
      }
    });
  return withExamples(withConfigOptions(command), [['Register them', 'callmatch schemas register']]);
}

function checkCommand(): Command {
  const command = new Command('check')
    .summary('check that the schemas are FULL_TRANSITIVE compatible')
    .description(
      'Checks that records of every version of a schema can be read with every other: with those that are kept in ' +
        'schemas/versions/, which needs no configuration and connects to nothing; with --registry also with those of ' +
        'the registry. Ends with code 4 if one cannot.',
    )
    .option('--registry', 'check against the versions in the registry, too; changes nothing there')
    .option('--json', 'one JSON object a comparison')
    .action(async ({ registry, json }: { registry?: boolean; json?: boolean }, command: Command) => {
      const checks = (await readKeptSchemas()).flatMap(checkKept);
      if (registry) checks.push(...(await checkRegistry(command)));
      for (const check of checks) process.stdout.write(`${json ? JSON.stringify(check) : lines(check)}\n`);
      if (checks.some(({ problems }) => problems.length > 0)) throw new CommandEnd('findings');
    });
  return withExamples(withConfigOptions(command), [
    ['Check the kept versions, for example before a release', 'callmatch schemas check'],
    ['Check a registry before an update', 'callmatch schemas check --registry'],
  ]);
}

async function checkRegistry(command: Command): Promise<SchemaCheck[]> {
  const { config } = await configOf(command);
  await using client = await createRegistryClient(config.registry);
  const checks: SchemaCheck[] = [];
  for (const { subject, schema } of subjectsOf(config)) {
    checks.push(...(await checkRegistered({ name: schema, schema: await readSchema(schema) }, subject, client)));
  }
  return checks;
}

function lines({ schema, against, problems }: SchemaCheck): string {
  if (problems.length === 0) return `ok       ${schema}: ${against}`;
  return problems.map((problem) => `PROBLEM  ${schema}: ${against}: ${problem}`).join('\n');
}
