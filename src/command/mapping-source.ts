/** With what settings a mapping is tried: those of the command line, over those of a configured source. */
import { existsSync } from 'node:fs';
import { type Command, InvalidArgumentError, Option } from 'commander';
import { FORMATS } from '../cdr/decoded.ts';
import type { ParameterValues } from '../cdr/mapping/parameters.ts';
import { DEFAULT_FILE } from '../config/load.ts';
import type { Config, SourceConfig } from '../config/schema.ts';
import { trialConfig } from '../trial/trial-config.ts';
import { configOf, withConfigOptions } from './config-options.ts';

export interface SourceFlags {
  readonly mapping?: string;
  readonly parameter?: ParameterValues;
  readonly defaultCountry?: string;
  readonly format?: SourceConfig['format'];
  readonly source?: string;
}

const HEADING = 'Source:';

/** Adds the options to a command. Its action gets the settings by `sourceOf(command)`. */
export function withSourceOptions(command: Command): Command {
  const options = [
    new Option('-m, --mapping <name>', 'a shipped mapping, or the path of a mapping file'),
    new Option('-p, --parameter <name=value>', 'a parameter of the mapping; repeatable').argParser(parameter),
    new Option('--default-country <country>', 'country of numbers without a country code, such as CH').argParser(
      country,
    ),
    new Option('--format <format>', 'format of the records').choices(['auto', ...FORMATS]),
    new Option('--source <topic>', 'take what is not said here from this source of the configuration'),
  ];
  for (const option of options) command.addOption(option.helpGroup(HEADING));
  return withConfigOptions(command);
}

function parameter(text: string, earlier: ParameterValues = {}): ParameterValues {
  const [, name, value] = /^([^=]+)=(.*)$/s.exec(text) ?? [];
  if (name === undefined || value === undefined) throw new InvalidArgumentError('Write it as name=value.');
  return { ...earlier, [name]: value };
}

function country(text: string): string {
  if (!/^[A-Z]{2}$/.test(text)) throw new InvalidArgumentError('Write two capital letters, such as US or CH.');
  return text;
}

/** A configuration with one source. */
export interface TriedSource {
  readonly config: Config;
  readonly source: SourceConfig;
  /** It comes from a configuration, so that its registry and its portals are real ones. */
  readonly isConfigured: boolean;
}

/** Throws `config-invalid`, and ends the command where it does not say what to try. */
export async function sourceOf(command: Command): Promise<TriedSource> {
  const flags = command.opts<SourceFlags & { config?: string }>();
  const names = flags.config !== undefined || flags.source !== undefined;
  if (flags.mapping !== undefined && !names) return unconfigured(flags.mapping, flags);
  if (!names && !process.env.CALLMATCH_CONFIG && !existsSync(DEFAULT_FILE))
    return command.error('error: name a mapping by --mapping, or a configuration with one by --config');
  const { config } = await configOf(command);
  const source = overridden(chosenSource(config, flags.source, command), flags);
  return { config: { ...config, sources: [source] }, source, isConfigured: true };
}

function unconfigured(name: string, { parameter = {}, defaultCountry, format }: SourceFlags): TriedSource {
  const config = trialConfig({
    source: {
      mapping: { name, parameters: parametersOf(parameter) },
      ...(defaultCountry !== undefined && { defaultCountry }),
      ...(format !== undefined && { format }),
    },
  });
  const [source] = config.sources;
  if (source === undefined) throw new TypeError('a trial has a source');
  return { config, source, isConfigured: false };
}

function chosenSource({ sources }: Config, topic: string | undefined, command: Command): SourceConfig {
  const topics = sources.map((source) => source.topic).join(', ');
  const found = sources.find((source) => source.topic === topic);
  if (found !== undefined) return found;
  if (topic !== undefined) return command.error(`error: there is no source ${topic}; the configuration has ${topics}`);
  const [only, ...others] = sources;
  if (only !== undefined && others.length === 0) return only;
  return command.error(`error: say by --source which one: the configuration has ${topics}`);
}

function overridden(source: SourceConfig, { mapping, parameter, defaultCountry, format }: SourceFlags): SourceConfig {
  const own = typeof source.mapping === 'string' ? { name: source.mapping, parameters: {} } : source.mapping;
  // The parameters of another mapping say nothing of this one.
  const named = mapping === undefined || mapping === own.name ? own : { name: mapping, parameters: {} };
  return {
    ...source,
    mapping: { ...named, parameters: { ...named.parameters, ...parametersOf(parameter ?? {}) } },
    ...(defaultCountry !== undefined && { defaultCountry }),
    ...(format !== undefined && { format }),
  };
}

const parametersOf = (values: ParameterValues): Record<string, string | string[]> =>
  Object.fromEntries(
    Object.entries(values).map(([name, value]) => [name, typeof value === 'string' ? value : [...value]]),
  );
