/** Scenarios of the traffic, run through the real decoder and the real mapping. */
import { hash } from 'node:crypto';
import { readFile } from 'node:fs/promises';
import { createDecoder } from '../../src/cdr/decode.ts';
import { compileMapping } from '../../src/cdr/mapping/compile.ts';
import { createPhoneNumbers } from '../../src/cdr/phone-number.ts';
import { loadMapping, loadReaderSchema } from '../../src/config/mapping-files.ts';
import { createCanonicalEncoder } from '../../src/dev/traffic-encoder.ts';
import type { Scene, TrafficRecord } from '../../src/dev/traffic-record.ts';

const SCHEMA = new URL('../../schemas/call-detail-record.avsc', import.meta.url);
const SCHEMA_ID = 1;
const NOW = Date.UTC(2026, 10, 2, 12);

/** A scene whose choices are the n-th of every list. */
export function scene(n: number): Scene {
  return {
    id: `s-${n}`,
    pick: (count) => n % count,
    oneOf: (entries) => entries[n % entries.length] ?? entries[0],
    startedAt: NOW - 60_000,
  };
}

/** What decoding and mapping make of a record: `call`, `skipped REASON` or `buried CODE`. */
export async function createWitness(mapping: string, defaultCountry: string, parameters: Record<string, string> = {}) {
  const schema = await readFile(SCHEMA, 'utf8');
  const compiled = compileMapping(await loadMapping(mapping), {
    defaultCountry,
    parameters,
    nonFinal: false,
    phoneNumbers: createPhoneNumbers(),
    sha256: (text) => hash('sha256', text),
  });
  const { readerSchema, csv, formats } = compiled;
  const decoder = createDecoder({
    format: 'auto',
    csv,
    formats,
    schemas: { get: (id) => (id === SCHEMA_ID ? { schemaType: 'AVRO', schema } : 'unknown') },
    readerSchema: readerSchema && (await loadReaderSchema(readerSchema)),
  });
  const encode = await createCanonicalEncoder(SCHEMA_ID);
  return ({ value }: TrafficRecord): string => {
    const decoded = decoder.decode(encode(value), {});
    if (decoded.kind === 'tombstone') return 'skipped tombstone';
    if (decoded.kind === 'failure') return `buried ${decoded.code}`;
    if (decoded.kind === 'schema-needed') return 'schema-needed';
    const [end] = compiled.map(decoded.record, { recordTime: NOW });
    // A part alone is the whole call.
    const mapped = end?.kind === 'part' ? compiled.fold?.join([end], { recordTime: NOW }) : end;
    if (mapped?.kind === 'skip') return `skipped ${mapped.reason}`;
    return mapped?.kind === 'failure' ? `buried ${mapped.code}` : 'call';
  };
}

/** What the mapping can know of an end: that a call is a repeat comes out later, and what it is a part of, too. */
export function mappedEnd(end: string): string {
  const isLater = ['enriched', 'skipped duplicate', 'skipped revision'].includes(end) || end.startsWith('folded');
  return isLater ? 'call' : end;
}
