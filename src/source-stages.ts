/** What one source topic does with a record: decode it, map it, and name the portal it belongs to. */
import { hash } from 'node:crypto';
import { createDecoder } from './cdr/decode.ts';
import type { Decoded } from './cdr/decoded.ts';
import { compileMapping } from './cdr/mapping/compile.ts';
import type { Mapped } from './cdr/mapping/mapping.ts';
import { createPhoneNumbers, type PhoneNumbers } from './cdr/phone-number.ts';
import { loadMapping, loadReaderSchema } from './config/mapping-files.ts';
import type { Config, SourceConfig } from './config/schema.ts';
import { CallmatchError } from './errors.ts';
import type { Portal } from './hubspot/portal.ts';
import type { Delivery } from './kafka/delivery.ts';
import type { PortalRegistry } from './portals.ts';
import type { WriterSchemas } from './registry/writer-schemas.ts';

/** An end of a record, and whose call it is. What belongs to no portal that is known is no call to submit. */
export type Routed =
  | { readonly portal: Portal; readonly mapped: Mapped }
  | { readonly portal: undefined; readonly mapped: Exclude<Mapped, { kind: 'call' }> };

export interface SourceStages {
  readonly decode: (delivery: Delivery) => Decoded;
  /** At least one end. */
  readonly map: (record: object, delivery: Delivery) => readonly Routed[];
  readonly mapping: { readonly name: string; readonly version: string };
  /** Whose the records are that cannot be read; undefined where only the record itself tells. */
  readonly portal: Portal | undefined;
}

/** Compiles the stages of every source; gives them by topic. Throws `mapping-invalid`. */
export async function createSourceStages(
  config: Config,
  portals: PortalRegistry,
  schemas: WriterSchemas,
): Promise<(topic: string) => SourceStages> {
  // One cache for all sources: their callers are the same people.
  const phoneNumbers = createPhoneNumbers();
  const stages = new Map<string, SourceStages>();
  for (const source of config.sources) {
    stages.set(source.topic, await compileStages(source, config, portals, schemas, phoneNumbers));
  }
  return (topic) => {
    const found = stages.get(topic);
    if (found === undefined)
      throw new CallmatchError('topic-missing', `a record came from ${topic}, which is no source`);
    return found;
  };
}

async function compileStages(
  source: SourceConfig,
  config: Config,
  portals: PortalRegistry,
  schemas: WriterSchemas,
  phoneNumbers: PhoneNumbers,
): Promise<SourceStages> {
  const { name, parameters } = mappingOf(source);
  const mapping = compileMapping(await loadMapping(name), {
    defaultCountry: source.defaultCountry,
    parameters,
    nonFinal: config.admit.nonFinal,
    phoneNumbers,
    sha256: (text) => hash('sha256', text),
  });
  const { readerSchema, csvColumns } = mapping;
  const decoder = createDecoder({
    format: source.format,
    schemas,
    csvColumns,
    readerSchema: readerSchema && (await loadReaderSchema(readerSchema)),
  });
  const portal = portalOf(source, portals);
  return {
    decode: ({ value, headers }) => decoder.decode(value, headers),
    map: (record, { timestamp }) =>
      mapping.map(record, { recordTime: timestamp }).map((mapped) => ({ portal, mapped })),
    mapping: { name: mapping.name, version: mapping.version },
    portal,
  };
}

/** A mapping without parameters is written as its bare name. */
function mappingOf({ mapping }: SourceConfig) {
  return typeof mapping === 'string' ? { name: mapping, parameters: {} } : mapping;
}

function portalOf({ topic, portal }: SourceConfig, portals: PortalRegistry): Portal {
  const [only] = portals.all();
  const found = portal === undefined ? only : portals.resolve(portal.name);
  // The config schema has checked it; this is for a caller that has built a config by hand.
  if (found === undefined) throw new CallmatchError('unknown-portal', `source ${topic} has no configured portal`);
  return found;
}
