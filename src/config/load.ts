/**
 * Loads the configuration: file, then environment, then flags; the later wins. All mistakes of all three are told in
 * one error.
 */
import { messageOf } from '../errors.ts';
import { type Environment, readEnvironment } from './environment.ts';
import { type Field, fieldAt, fieldTree } from './field.ts';
import { readFlags } from './flags.ts';
import { type Assignment, type Origin, originAt } from './origin.ts';
import { type Path, pathText, withValueAt } from './path.ts';
import { configInvalid } from './problem.ts';
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
}

export interface LoadedConfig {
  readonly config: Config;
  /** Where each value came from, by its path. */
  readonly sources: Provenance;
  /** The file that was read, as it was named; undefined when there was none. */
  readonly file: string | undefined;
}

export interface Provenance {
  originOf(path: Path): Origin;
}

export const DEFAULT_FILE = './callmatch.yaml';

/** Throws `CallmatchError('config-invalid')` with every mistake, its place, what was expected and where it came from. */
export async function loadConfig({ file, set = [], env, readText }: ConfigRequest): Promise<LoadedConfig> {
  const root = fieldTree(configSchema);
  const source = await findFile(file, env, readText);
  const environment = await readEnvironment(root, env, source.content.input, readText);
  const flags = readFlags(root, set);
  const problems = [...source.content.problems, ...environment.problems, ...flags.problems];
  // Without a readable file, everything it says would be told as missing.
  if (source.content.input === undefined) throw configInvalid(problems);

  const assignments = [...environment.assignments, ...flags.assignments];
  const { input, origins } = merge(source.content, assignments, root);
  const parsed = configSchema.safeParse(input);
  if (!parsed.success) problems.push(...problemsOf(parsed.error.issues, root, input, origins));
  if (!parsed.success || problems.length > 0) throw configInvalid(problems, source.note);
  return { config: parsed.data, sources: { originOf: (path) => originAt(origins, input, path) }, file: source.file };
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
