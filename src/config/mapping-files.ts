/** Where mappings and the schemas beside them are read from: shipped with the package, or files of the user. */
import { readdir, readFile } from 'node:fs/promises';
import { CallmatchError, messageOf } from '../errors.ts';
import { probablyMeant } from './nearest.ts';
import { parseYamlText } from './yaml-text.ts';

const PRESETS = new URL('../../presets/', import.meta.url);
const SCHEMAS = new URL('../../schemas/', import.meta.url);
const SHIPPED_NAME = /^[a-z][a-z0-9-]*$/;

/**
 * The document of a mapping, for `compileMapping`, which checks it.
 * @param nameOrPath Name of a shipped mapping (`asterisk`), or path of a YAML file: anything with a slash or a dot.
 * Throws `mapping-invalid` when there is none, or when it is no YAML, with line and column.
 */
export async function loadMapping(nameOrPath: string): Promise<unknown> {
  return parseMapping(await readMapping(nameOrPath), nameOrPath);
}

/** The text of a mapping, as it stands in its file. Named like for `loadMapping`; throws `mapping-invalid`. */
export async function readMapping(nameOrPath: string): Promise<string> {
  const file = mappingFile(nameOrPath);
  return readText(file, async (reason) => {
    if (typeof file === 'string') return `mapping ${nameOrPath}: ${reason}`;
    const shipped = await shippedMappings();
    const meant = probablyMeant(nameOrPath, shipped);
    const guess = meant === undefined ? '' : `did you mean ${meant}? `;
    return `there is no mapping ${nameOrPath}: ${guess}Shipped are ${shipped.join(', ')}; the path of a file has a slash or a dot`;
  });
}

/** Where the file of a mapping is. */
export function mappingFile(nameOrPath: string): URL | string {
  return SHIPPED_NAME.test(nameOrPath) ? new URL(`${nameOrPath}.yaml`, PRESETS) : nameOrPath;
}

/** Names of the shipped mappings, in alphabetical order. The tests of a mapping lie beside it. */
export async function shippedMappings(): Promise<string[]> {
  const names = (await readdir(PRESETS)).map((file) => file.replace(/\.yaml$/, ''));
  return names.filter((name) => SHIPPED_NAME.test(name)).sort();
}

/** The Avro schema that a mapping names as its `readerSchema`. Throws `mapping-invalid` when it is not shipped. */
export async function loadReaderSchema(name: string): Promise<string> {
  if (!SHIPPED_NAME.test(name)) throw new CallmatchError('mapping-invalid', `there is no schema ${name}`);
  return readText(new URL(`${name}.avsc`, SCHEMAS), async () => `there is no schema ${name}`);
}

async function readText(file: string | URL, explain: (reason: string) => Promise<string>): Promise<string> {
  try {
    return await readFile(file, 'utf8');
  } catch (error) {
    throw new CallmatchError('mapping-invalid', await explain(messageOf(error)), { cause: error });
  }
}

/** @param name for messages. Throws `mapping-invalid` with line and column when the text is no YAML. */
function parseMapping(text: string, name: string): unknown {
  const parsed = parseYamlText(text);
  if ('data' in parsed) return parsed.data;
  throw new CallmatchError('mapping-invalid', `mapping ${name} is no YAML:\n${parsed.mistakes.join('\n')}`);
}
