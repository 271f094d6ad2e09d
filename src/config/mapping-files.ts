/** Where mappings and the schemas beside them are read from: shipped with the package, or files of the user. */
import { readdir, readFile } from 'node:fs/promises';
import { LineCounter, parseDocument } from 'yaml';
import { CallmatchError, messageOf } from '../errors.ts';

const PRESETS = new URL('../../presets/', import.meta.url);
const SCHEMAS = new URL('../../schemas/', import.meta.url);
const SHIPPED_NAME = /^[a-z][a-z0-9-]*$/;

/**
 * The document of a mapping, for `compileMapping`, which checks it.
 * @param nameOrPath Name of a shipped mapping (`asterisk`), or path of a YAML file: anything with a slash or a dot.
 * Throws `mapping-invalid` when there is none, or when it is no YAML, with line and column.
 */
export async function loadMapping(nameOrPath: string): Promise<unknown> {
  const isName = SHIPPED_NAME.test(nameOrPath);
  const text = await readText(isName ? new URL(`${nameOrPath}.yaml`, PRESETS) : nameOrPath, async (reason) => {
    const choice = `shipped are ${(await shippedMappings()).join(', ')}; the path of a file has a slash or a dot`;
    return isName ? `there is no mapping ${nameOrPath}: ${choice}` : `mapping ${nameOrPath}: ${reason}`;
  });
  return parse(text, nameOrPath);
}

/** Names of the shipped mappings, in alphabetical order. */
export async function shippedMappings(): Promise<string[]> {
  const files = await readdir(PRESETS);
  return files.flatMap((file) => (file.endsWith('.yaml') ? [file.slice(0, -'.yaml'.length)] : [])).sort();
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

function parse(text: string, name: string): unknown {
  const lineCounter = new LineCounter();
  const document = parseDocument(text, { lineCounter, prettyErrors: false });
  if (document.errors.length === 0) return document.toJS();
  const lines = document.errors.map((error) => {
    const { line, col } = lineCounter.linePos(error.pos[0]);
    return `  line ${line}, column ${col}: ${error.message}`;
  });
  throw new CallmatchError('mapping-invalid', `mapping ${name} is no YAML:\n${lines.join('\n')}`);
}
