/** Loads the schema that a record waits for, for as long as it takes: a registry that is down buries nothing. */
import { type Clock, wait } from '../clock.ts';
import { messageOf } from '../errors.ts';
import type { Telemetry } from '../ops/telemetry.ts';
import type { SchemaId, WriterSchemas } from './writer-schemas.ts';

const RETRY_MS = { first: 200, longest: 10_000 } as const;

/** Resolves when the schema is in the cache, or known to be unknown. Rejects when the signal aborts. */
export function createSchemaLoader(
  schemas: Pick<WriterSchemas, 'load'>,
  clock: Clock,
  telemetry: Pick<Telemetry, 'happened'>,
  signal: AbortSignal,
): (id: SchemaId) => Promise<void> {
  return async (id) => {
    for (let pause: number = RETRY_MS.first; ; pause = Math.min(RETRY_MS.longest, pause * 2)) {
      signal.throwIfAborted();
      try {
        await schemas.load(id);
        return telemetry.happened('schemaLoaded', { id });
      } catch (error) {
        telemetry.happened('schemaFailed', { id, reason: messageOf(error) });
        await wait(clock, pause, signal);
      }
    }
  };
}
