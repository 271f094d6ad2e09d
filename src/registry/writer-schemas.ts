/**
 * Schemas of the producers, by the id in front of a value. Looking one up is synchronous, so that decoding is; only
 * a miss goes to the registry, once however many records wait for it.
 */
import type { Clock } from '../clock.ts';
import type { RegisteredSchema, RegistryClient } from './client.ts';

export type SchemaId = number | string;

export interface WriterSchemas {
  /** The schema; `unknown` when the registry does not have it; undefined when it has to be loaded first. */
  get(id: SchemaId): RegisteredSchema | 'unknown' | undefined;
  /** Loads a schema into the cache. Throws `registry-unavailable`. */
  load(id: SchemaId): Promise<void>;
}

/** Ids are few; garbage that looks like framed Avro has up to 2^32. */
const MOST_ENTRIES = 1_000;
/** How long an unknown id is believed: a producer may register just after its first record. */
const UNKNOWN_MS = 60_000;

export function createWriterSchemas(client: Pick<RegistryClient, 'schema'>, clock: Clock): WriterSchemas {
  const known = new Map<SchemaId, { schema: RegisteredSchema | 'unknown'; until: number }>();
  const loading = new Map<SchemaId, Promise<void>>();

  const fetchInto = async (id: SchemaId) => {
    const schema = await client.schema(id);
    const oldest = known.size >= MOST_ENTRIES ? known.keys().next().value : undefined;
    if (oldest !== undefined) known.delete(oldest);
    const until = schema === undefined ? clock.now() + UNKNOWN_MS : Number.POSITIVE_INFINITY;
    known.set(id, { schema: schema ?? 'unknown', until });
  };

  return {
    get(id) {
      const entry = known.get(id);
      if (entry === undefined || clock.now() < entry.until) return entry?.schema;
      known.delete(id);
      return undefined;
    },
    load(id) {
      const running = loading.get(id) ?? fetchInto(id).finally(() => loading.delete(id));
      loading.set(id, running);
      return running;
    },
  };
}
