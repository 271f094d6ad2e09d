/** `callmatch schemas register`. */
import { Command } from 'commander';
import { createRegistryClient } from '../registry/client.ts';
import { registerSchemas } from '../setup.ts';
import { configOf, withConfigOptions } from './config-options.ts';
import { withExamples } from './help.ts';

export function schemasCommand(): Command {
  return new Command('schemas').description('Registers the schemas of callmatch.').addCommand(registerCommand());
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
