/** What one source topic does with a record: decode it, map it, and name the portal it belongs to. */
import { hash } from 'node:crypto';
import { createDecoder } from './cdr/decode.ts';
import type { Decoded } from './cdr/decoded.ts';
import { compileMapping, type MappingOptions } from './cdr/mapping/compile.ts';
import type { Mapped, PartRecord } from './cdr/mapping/mapping.ts';
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

/** What a record has of a call of which others have the rest. Whose it is shows when it is whole. */
export interface CallPart {
  readonly part: PartRecord;
  /** The record as it was decoded, and as it was read. */
  readonly record: object;
  readonly source: SourceBytes;
}

export interface PlacedPart extends CallPart {
  /** Its place among what its record gives, from 0. */
  readonly callIndex: number;
}

/** In the order of the source. */
export type PlacedParts = readonly [PlacedPart, ...PlacedPart[]];

export interface SourceStages<P = Portal> {
  readonly decode: (source: SourceBytes) => Decoded;
  /** At least one end, or part. */
  readonly map: (record: object, source: SourceBytes) => readonly (Routed<P> | CallPart)[];
  /** What is done with parts; undefined where there are none. */
  readonly fold?: SourceFold<P> | undefined;
  readonly mapping: { readonly name: string; readonly version: string };
  /** Whose a record is that cannot be read; undefined where only its value would tell. */
  readonly portal: (source: SourceBytes) => P | undefined;
}

export interface SourceFold<P = Portal> {
  /** Milliseconds without a further part after which a call is over; undefined: as configured. */
  readonly idle: number | undefined;
  /** The call of these parts. */
  join(parts: PlacedParts): Routed<P>;
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
  const contextOf = (
    { timestamp: recordTime, topic, key, headers }: SourceBytes,
    early: ReturnType<typeof beforeMapping>,
  ) => {
    const defaultCountry = early === undefined || isNobody(early) ? undefined : early.defaultCountry;
    return { recordTime, topic, key, headers, defaultCountry };
  };
  const routedTo = (early: ReturnType<typeof beforeMapping>, mapped: Mapped) => {
    const late = route.by === 'call' && 'call' in mapped && mapped.call ? route.find(mapped.call) : early;
    return routed(assign(mapped, late));
  };
  const mapRecord = (record: object, source: SourceBytes) => {
    const early = beforeMapping(source, record);
    return mapping
      .map(record, contextOf(source, early))
      .map((mapped) => (mapped.kind === 'part' ? { part: mapped, record, source } : routedTo(early, mapped)));
  };
  const { fold } = mapping;
  return {
    decode: ({ value, headers }) => decoder.decode(value, headers),
    map(record, source) {
      const rows: readonly object[] = Array.isArray(record) && record.length > 0 ? record : [record];
      // Every row of a file may be somebody else's.
      return rows.flatMap((row) => mapRecord(row, source));
    },
    fold: fold && {
      idle: fold.idle,
      join(parts) {
        const last = parts.at(-1) ?? parts[0];
        // The newest record that says whose the call is.
        const found = parts.map(({ source, record }) => beforeMapping(source, record));
        const early = found.findLast((one) => one !== undefined && !isNobody(one)) ?? found.at(-1);
        const records = parts.map(({ part }) => part);
        return routedTo(early, fold.join(records, contextOf(last.source, early)));
      },
    },
    mapping: { name: mapping.name, version: mapping.version },
    portal(source) {
      const found = beforeMapping(source);
      return found === undefined || isNobody(found) ? undefined : found.portal;
    },
  };
}

export function isPart<P>(end: Routed<P> | CallPart): end is CallPart {
  return 'part' in end;
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
