/** The schemas in `schemas/`, and every version of them that was ever released. */
import { readdir, readFile } from 'node:fs/promises';

const FOLDER = new URL('../../schemas/', import.meta.url);
const EXTENSION = '.avsc';

export interface KeptVersion {
  /** From 1 on. */
  readonly version: number;
  readonly schema: string;
}

export interface KeptSchema {
  /** `enriched-call` of `schemas/enriched-call.avsc`. */
  readonly name: string;
  readonly schema: string;
  /** Those in `schemas/versions/<name>/`, the oldest first. */
  readonly versions: readonly KeptVersion[];
}

/** The text of `schemas/<name>.avsc`. */
export function readSchema(name: string): Promise<string> {
  return readFile(new URL(name + EXTENSION, FOLDER), 'utf8');
}

export async function readKeptSchemas(): Promise<KeptSchema[]> {
  const names = await namesIn(FOLDER);
  return Promise.all(
    names.map(async (name) => ({ name, schema: await readSchema(name), versions: await versionsOf(name) })),
  );
}

async function versionsOf(name: string): Promise<KeptVersion[]> {
  const folder = new URL(`versions/${name}/`, FOLDER);
  const versions = (await namesIn(folder)).map(Number).sort((left, right) => left - right);
  return Promise.all(
    versions.map(async (version) => ({
      version,
      schema: await readFile(new URL(version + EXTENSION, folder), 'utf8'),
    })),
  );
}

async function namesIn(folder: URL): Promise<string[]> {
  const files = await readdir(folder);
  return files.filter((file) => file.endsWith(EXTENSION)).map((file) => file.slice(0, -EXTENSION.length));
}
