/** What one source topic does with a record: decode it, map it, and name the portal it belongs to. */
import { hash } from 'node:crypto';
import { createDecoder } from './cdr/decode.ts';
import type { Decoded } from './cdr/decoded.ts';
import { compileMapping, type MappingOptions } from './cdr/mapping/compile.ts';
import type { Mapped } from './cdr/mapping/mapping.ts';
import type { RuleTrace } from './cdr/mapping/trace.ts';
import { createPhoneNumbers } from './cdr/phone-number.ts';
import { loadMapping, loadReaderSchema } from './config/mapping-files.ts';
import type { Config, SourceConfig } from './config/schema.ts';
import { CallmatchError } from './errors.ts';
import type { Portal } from './hubspot/portal.ts';
import './linear-regexp.ts';
import type { SourceBytes } from './outcome/dead-letter.ts';
import type { WriterSchemas } from './registry/writer-schemas.ts';
import { type Assigned, assign, compileRoute, type Directory, isNobody, type RouteSetting } from './routing/route.ts';

/**
 * An end of a record, and whose call it is. What belongs to no portal that is known is no call to submit.
 * `P` is what is known of a portal: all of it in the service, its settings in a trial.
 */
export type Routed<P = Portal> =
  | { readonly portal: P; readonly mapped: Mapped }
  | { readonly portal: undefined; readonly mapped: Exclude<Mapped, { kind: 'call' }> };

export interface SourceStages<P = Portal> {
  readonly decode: (source: SourceBytes) => Decoded;
  /** At least one end. */
  readonly map: (record: object, source: SourceBytes) => readonly Routed<P>[];
  readonly mapping: { readonly name: string; readonly version: string };
  /** Whose a record is that cannot be read; undefined where only its value would tell. */
  readonly portal: (source: SourceBytes) => P | undefined;
}

/** A portal as records find it. */
export interface PortalOfSource<P> {
  readonly portal: P;
  /** Goes before the country of the source. */
  readonly defaultCountry: string | undefined;
}

/** Compiles the stages of every source; gives them by topic. Throws `mapping-invalid`. @param trace told what rules give */
export async function createSourceStages<P>(
  config: Config,
  portals: Directory<PortalOfSource<P>>,
  schemas: Pick<WriterSchemas, 'get'>,
  trace?: RuleTrace,
): Promise<(topic: string) => SourceStages<P>> {
  // One cache of numbers for all sources: their callers are the same people.
  const common = { phoneNumbers: createPhoneNumbers(), trace };
  const stages = new Map<string, SourceStages<P>>();
  for (const source of config.sources) {
    stages.set(source.topic, await compileStages(source, config, portals, schemas, common));
  }
  return (topic) => {
    const found = stages.get(topic);
    if (found === undefined)
      throw new CallmatchError('topic-missing', `a record came from ${topic}, which is no source`);
    return found;
  };
}

async function compileStages<P>(
  source: SourceConfig,
  config: Config,
  portals: Directory<PortalOfSource<P>>,
  schemas: Pick<WriterSchemas, 'get'>,
  common: Pick<MappingOptions, 'phoneNumbers' | 'trace'>,
): Promise<SourceStages<P>> {
  const { name, parameters } = mappingOf(source);
  const mapping = compileMapping(await loadMapping(name), {
    defaultCountry: source.defaultCountry,
    parameters,
    nonFinal: config.admit.nonFinal,
    numbers: config.admit,
    ...common,
    sha256: (text) => hash('sha256', text),
  });
  const { readerSchema, csv, formats } = mapping;
  const decoder = createDecoder({
    format: source.format,
    schemas,
    csv,
    formats,
    readerSchema: readerSchema && (await loadReaderSchema(readerSchema)),
  });
  const route = compileRoute(routeOf(source, config), portals);
  const beforeMapping = ({ headers }: SourceBytes, record?: object) => {
    if (route.by === 'headers') return route.find(headers);
    return route.by === 'record' && record !== undefined ? route.find(record) : undefined;
  };
  const mapRecord = (record: object, source: SourceBytes) => {
    const early = beforeMapping(source, record);
    const defaultCountry = early === undefined || isNobody(early) ? undefined : early.defaultCountry;
    const { timestamp: recordTime, topic, key, headers } = source;
    return mapping.map(record, { recordTime, topic, key, headers, defaultCountry }).map((mapped) => {
      const late = route.by === 'call' && 'call' in mapped && mapped.call ? route.find(mapped.call) : early;
      return routed(assign(mapped, late));
    });
  };
  return {
    decode: ({ value, headers }) => decoder.decode(value, headers),
    map(record, source) {
      const rows: readonly object[] = Array.isArray(record) && record.length > 0 ? record : [record];
      // Every row of a file may be somebody else's.
      return rows.flatMap((row) => mapRecord(row, source));
    },
    mapping: { name: mapping.name, version: mapping.version },
    portal(source) {
      const found = beforeMapping(source);
      return found === undefined || isNobody(found) ? undefined : found.portal;
    },
  };
}

/** A skip of which nothing is published is nobody's: no portal is made for it. */
function routed<P>({ portal: entry, mapped }: Assigned<PortalOfSource<P>>): Routed<P> {
  if (entry === undefined) return { portal: undefined, mapped };
  if (mapped.kind === 'skip' && mapped.call === undefined) return { portal: undefined, mapped };
  return { portal: entry.portal, mapped };
}

/** A mapping without parameters is written as its bare name. */
function mappingOf({ mapping }: SourceConfig) {
  return typeof mapping === 'string' ? { name: mapping, parameters: {} } : mapping;
}

/** A source that names no portal has the only one there is; the config schema has checked it. */
function routeOf({ topic, portal }: SourceConfig, { portals }: Config): RouteSetting {
  if (portal !== undefined) return portal;
  const [name] = Object.keys(portals);
  if (name === undefined) throw new CallmatchError('unknown-portal', `source ${topic} has no configured portal`);
  return { name };
}
