/** `callmatch config check` and `callmatch config schema`. */
import { Command } from 'commander';
import { effectiveYaml } from '../config/effective.ts';
import { renderJsonSchema } from '../config/json-schema.ts';
import { configOf, withConfigOptions } from './config-options.ts';
import { withExamples } from './help.ts';

export function configCommand(): Command {
  return new Command('config')
    .description('Checks the configuration, or prints its JSON Schema.')
    .addCommand(checkCommand())
    .addCommand(schemaCommand());
}

function checkCommand(): Command {
  const command = new Command('check')
    .summary('print the configuration in force, or everything that is wrong with it')
    .description(
      'Prints the configuration in force as YAML: defaults filled in, secrets masked, and behind each value where it ' +
        'came from. If there are mistakes, lists all of them and ends with code 2. Connects to nothing.',
    )
    .action(async (_options: unknown, command: Command) => {
      process.stdout.write(effectiveYaml(await configOf(command)));
    });
  return withExamples(withConfigOptions(command), [
    ['Check ./callmatch.yaml and the environment', 'callmatch config check'],
    [
      'Check what a variable and a flag would change',
      'CALLMATCH_LOG__LEVEL=debug callmatch config check --set http.port=0',
    ],
  ]);
}

function schemaCommand(): Command {
  const command = new Command('schema')
    .summary('print the JSON Schema of the configuration')
    .description('Prints the JSON Schema of the configuration file, with which an editor completes and checks it.')
    .action(() => {
      process.stdout.write(renderJsonSchema());
    });
  return withExamples(command, [['Save it for an editor', 'callmatch config schema > callmatch-config.schema.json']]);
}
