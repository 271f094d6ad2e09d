/**
 * Loads the configuration: file, then environment, then flags; the later wins. All mistakes of all three are told in
 * one error.
 */
import { messageOf } from '../errors.ts';
import { type Environment, readEnvironment } from './environment.ts';
import { type Field, fieldAt, fieldTree } from './field.ts';
import { readFlags } from './flags.ts';
import { type Assignment, type Origin, type Origins, originAt } from './origin.ts';
import { type Path, pathText, valueAt, withValueAt } from './path.ts';
import { type PortalFiles, type ReadFiles, readPortalFiles } from './portal-files.ts';
import { configInvalid, type Problem } from './problem.ts';
import { type Config, configSchema } from './schema.ts';
import { problemsOf } from './validate.ts';
import { readYaml, type YamlContent } from './yaml-file.ts';

export interface ConfigRequest {
  /** The argument of `--config`. */
  readonly file?: string | undefined;
  /** The arguments of `--set`, in order. */
  readonly set?: readonly string[] | undefined;
  readonly env: Environment;
  /** Reads a text file; rejects with an error that has the `code` of node:fs. */
  readonly readText: (file: string) => Promise<string>;
  /** Names of the files in a folder; of the machine by default. */
  readonly listFiles?: (folder: string) => Promise<readonly string[]>;
  /** Given where the same is loaded again and again. */
  readonly known?: ReadFiles;
}

export interface LoadedConfig {
  readonly config: Config;
  /** Where each value came from, by its path. */
  readonly sources: Provenance;
  /** The file that was read, as it was named; undefined when there was none. */
  readonly file: string | undefined;
  /** What was checked: file, portal files, environment and flags put together. */
  readonly input: unknown;
}

/** The configuration as it was found, with the mistakes that keep it from being one. */
export interface Reading {
  readonly input: unknown;
  readonly origins: Origins;
  readonly file: string | undefined;
  readonly problems: readonly Problem[];
  /** Said after the mistakes. */
  readonly note: string | undefined;
}

export interface Provenance {
  originOf(path: Path): Origin;
}

export const DEFAULT_FILE = './callmatch.yaml';

/** Throws `CallmatchError('config-invalid')` with every mistake, its place, what was expected and where it came from. */
export async function loadConfig(request: ConfigRequest): Promise<LoadedConfig> {
  const reading = await readConfig(request);
  const { config, problems } = checkConfig(reading);
  if (config === undefined || problems.length > 0) throw configInvalid(problems, reading.note);
  return loadedConfig(config, reading);
}

export function loadedConfig(config: Config, { input, origins, file }: Reading): LoadedConfig {
  return { config, sources: { originOf: (path) => originAt(origins, input, path) }, file, input };
}

/** Checks what was read. The problems are all there are; with them, there may be a configuration in spite of them. */
export function checkConfig(reading: Reading): { config: Config | undefined; problems: readonly Problem[] } {
  // Without a readable file, everything it says would be told as missing.
  if (reading.input === undefined) return { config: undefined, problems: reading.problems };
  const parsed = configSchema.safeParse(reading.input);
  if (parsed.success) return { config: parsed.data, problems: reading.problems };
  const found = problemsOf(parsed.error.issues, fieldTree(configSchema), reading.input, reading.origins);
  return { config: undefined, problems: [...reading.problems, ...found] };
}

/** Puts together what the file, the portal files, the environment and the flags say. */
export async function readConfig({ file, set = [], env, readText, listFiles, known }: ConfigRequest): Promise<Reading> {
  const root = fieldTree(configSchema);
  const source = await findFile(file, env, readText);
  const { note } = source;
  let { content } = source;
  let environment = await readEnvironment(root, env, content.input, readText);
  const flags = readFlags(root, set);
  const folder =
    content.input && valueAt(merge(content, [...environment.assignments, ...flags.assignments], root).input, FOLDER);
  if (typeof folder === 'string' && folder !== '') {
    content = withPortals(content, await readPortalFiles(folder, readText, listFiles, known));
    // Once more, because names of portals in variables are matched with those there are.
    environment = await readEnvironment(root, env, content.input, readText);
  }
  const problems = [...content.problems, ...environment.problems, ...flags.problems];
  const settings = [...environment.assignments, ...flags.assignments];
  const merged =
    content.input === undefined ? { input: undefined, origins: new Map() } : merge(content, settings, root);
  return { ...merged, file: source.file, problems, note };
}

const FOLDER: Path = ['portalFiles'];

function withPortals(content: YamlContent, files: PortalFiles): YamlContent {
  const own = valueAt(content.input, ['portals']);
  const portals = typeof own === 'object' && own !== null ? own : {};
  const twice = Object.keys(files.portals).filter((name) => Object.hasOwn(portals, name));
  const problems = twice.map((name) => ({
    place: `portals.${name}`,
    text: 'is in the configuration as well as in portalFiles; keep one of the two',
  }));
  return {
    input: withValueAt(content.input, ['portals'], { ...files.portals, ...portals }, () => undefined),
    origins: new Map([...files.origins, ...content.origins]),
    problems: [...content.problems, ...files.problems, ...problems],
  };
}

interface SourceFile {
  readonly file: string | undefined;
  readonly content: YamlContent;
  /** Said after the mistakes: why so much may be missing. */
  readonly note?: string;
}

async function findFile(
  flag: string | undefined,
  env: Environment,
  readText: ConfigRequest['readText'],
): Promise<SourceFile> {
  const named = flag ?? (env.CALLMATCH_CONFIG || undefined);
  const file = named ?? DEFAULT_FILE;
  try {
    return { file, content: readYaml(await readText(file), file) };
  } catch (error) {
    const absent = error instanceof Error && 'code' in error && error.code === 'ENOENT';
    if (absent && named === undefined) {
      const note = `No file was read: there is no ${DEFAULT_FILE}, and neither --config nor CALLMATCH_CONFIG names one. To try callmatch without any configuration: callmatch dev`;
      return { file: undefined, content: { input: {}, origins: new Map(), problems: [] }, note };
    }
    const place = named === undefined ? file : `${flag === undefined ? 'CALLMATCH_CONFIG' : '--config'} ${file}`;
    const text = absent ? 'there is no such file' : `cannot be read: ${messageOf(error)}`;
    return { file, content: { input: undefined, origins: new Map(), problems: [{ place, text }] } };
  }
}

/** Sets every value where it belongs. A list that the file leaves out starts from its default, not empty. */
function merge(content: YamlContent, assignments: readonly Assignment[], root: Field) {
  let { input } = content;
  const origins = new Map(content.origins);
  const listDefault = (path: Path) => {
    const fallback = fieldAt(root, path)?.default;
    return Array.isArray(fallback) ? fallback : undefined;
  };
  for (const { path, value, origin } of assignments) {
    input = withValueAt(input, path, value, listDefault);
    const place = pathText(path);
    for (const known of origins.keys())
      if (/^[.[]/.test(known.slice(place.length)) && known.startsWith(place)) origins.delete(known);
    origins.set(place, origin);
  }
  return { input, origins };
}
