/** `--config` and `--set`: the same at every command that needs the configuration. */
import { readFile } from 'node:fs/promises';
import { type Command, Option } from 'commander';
import { type ConfigRequest, type LoadedConfig, loadConfig } from '../config/load.ts';

const HEADING = 'Configuration:';

/** Adds the options to a command. Its action gets the configuration by `configOf(command)`. */
export function withConfigOptions(command: Command): Command {
  return command
    .addOption(
      new Option('-c, --config <file>', 'configuration file (else CALLMATCH_CONFIG, else ./callmatch.yaml)').helpGroup(
        HEADING,
      ),
    )
    .addOption(
      new Option('-s, --set <path=value>', 'one setting, such as kafka.brokers=a:9092,b:9092; repeatable')
        .argParser((value: string, earlier: readonly string[] = []) => [...earlier, value])
        .helpGroup(HEADING),
    );
}

/**
 * Loads the configuration that the options, the environment and the file give. With log level debug or trace, an error
 * later on is reported as with `--verbose`. Throws `CallmatchError('config-invalid')`.
 */
export async function configOf(command: Command): Promise<LoadedConfig> {
  const loaded = await loadConfig(configRequestOf(command));
  if (['debug', 'trace'].includes(loaded.config.log.level))
    rootOf(command).setOptionValueWithSource('verbose', true, 'config');
  return loaded;
}

/** What the options and the environment ask for; to load it once more. */
export function configRequestOf(command: Command): ConfigRequest {
  const { config: file, set } = command.opts<{ config?: string; set?: readonly string[] }>();
  return { file, set, env: process.env, readText: (path) => readFile(path, 'utf8') };
}

function rootOf(command: Command): Command {
  return command.parent === null ? command : rootOf(command.parent);
}
