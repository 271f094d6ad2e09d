/** The schemas of Avro values in a trial: of an `.avro` file, of a file with a schema, or of a registry. */
import { readFile } from 'node:fs/promises';
import type { WriterSchema } from '../cdr/decode.ts';
import { CallmatchError, messageOf } from '../errors.ts';
import type { SchemaId, WriterSchemas } from '../registry/writer-schemas.ts';
import type { TrialSchemas } from './trial.ts';

export interface FileSchemas extends TrialSchemas {
  /** The value with a schema id in front, as a producer would have framed it. */
  frame(schema: string, value: Buffer): Buffer;
}

/** A registry counts its ids up from 1. */
const HIGHEST_ID = 2 ** 32 - 1;

export interface SchemaSources {
  /** Text of the one schema that every value was written with. */
  readonly schema?: string | undefined;
  /** Asked for whatever else is needed. */
  readonly registry?: Pick<WriterSchemas, 'get' | 'load'> | undefined;
}

/** `load` throws `dependency-missing` where nothing tells the schema, and `registry-unavailable`. */
export function createTrialSchemas({ schema, registry }: SchemaSources): FileSchemas {
  const own = new Map<SchemaId, WriterSchema>();
  const ids = new Map<string, number>();
  const given = schema === undefined ? undefined : { schemaType: 'AVRO', schema };
  return {
    get: (id) => own.get(id) ?? given ?? registry?.get(id),
    async load(id) {
      if (registry !== undefined) return registry.load(id);
      const ways = 'name its file by --schema, or a configuration with the registry by --config';
      throw new CallmatchError('dependency-missing', `a value was written with the Avro schema ${id}: ${ways}`);
    },
    frame(text, value) {
      const id = ids.get(text) ?? HIGHEST_ID - ids.size;
      ids.set(text, id);
      own.set(id, { schemaType: 'AVRO', schema: text });
      const head = Buffer.alloc(5);
      head.writeUInt32BE(id, 1);
      return Buffer.concat([head, value]);
    },
  };
}

/** The text of an `.avsc` file. Throws `input-invalid`. */
export async function readSchemaFile(file: string): Promise<string> {
  try {
    const text = await readFile(file, 'utf8');
    JSON.parse(text);
    return text;
  } catch (error) {
    throw new CallmatchError('input-invalid', `the schema ${file}: ${messageOf(error)}`, { cause: error });
  }
}
