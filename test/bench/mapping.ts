/** Records mapped per second by each preset, decoding included; beside JSON.parse of the same record alone. */
import { hash } from 'node:crypto';
import { readFile } from 'node:fs/promises';
import { createDecoder } from '../../src/cdr/decode.ts';
import { compileMapping } from '../../src/cdr/mapping/compile.ts';
import type { Mapped, PartRecord } from '../../src/cdr/mapping/mapping.ts';
import { createPhoneNumbers } from '../../src/cdr/phone-number.ts';
import { loadMapping, loadReaderSchema } from '../../src/config/mapping-files.ts';
import { createCanonicalEncoder } from '../../src/dev/traffic-encoder.ts';
import { answeredCall } from '../support/canonical-calls.ts';
import { telnyxEvent, twilioCallback } from './carrier-records.ts';
import { type Benchmark, type Figure, median } from './figure.ts';
import { amazonConnectRecord, freeswitchRecord, genesysEvent } from './switch-records.ts';

/** Divisible by the records of a call, where there are several. */
const RECORDS = 6_000;
const ROUNDS = 7;
const SCHEMA_ID = 1;

/** The record with this number, of each preset that is fed with JSON; those of one call follow one another. */
const JSON_SOURCES: Readonly<Record<string, (index: number) => object>> = {
  asterisk: asteriskRow,
  freeswitch: freeswitchRecord,
  'amazon-connect': amazonConnectRecord,
  'genesys-cloud': genesysEvent,
  telnyx: telnyxEvent,
  twilio: twilioCallback,
};

export const mapping: Benchmark = {
  names: ['mapping-canonical', ...Object.keys(JSON_SOURCES).map((name) => `mapping-${name}`)],
  async run() {
    const schema = await readFile(new URL('../../schemas/call-detail-record.avsc', import.meta.url), 'utf8');
    const encode = await createCanonicalEncoder(SCHEMA_ID);
    const canonical = Array.from({ length: RECORDS }, (_, index) => answeredCall(`call-${index}`, index));
    const schemas = { get: () => ({ schemaType: 'AVRO', schema }) };
    const avro = canonical.map((record) => encode({ kind: 'avro', record }) ?? Buffer.alloc(0));
    const figures = [await measure('canonical', schemas, avro, canonical.map(jsonOf))];
    for (const [name, recordOf] of Object.entries(JSON_SOURCES)) {
      const values = Array.from({ length: RECORDS }, (_, index) => jsonOf(recordOf(index)));
      figures.push(await measure(name, schemas, values, values));
    }
    return figures;
  },
};

type Schemas = Parameters<typeof createDecoder>[0]['schemas'];

async function measure(
  name: string,
  schemas: Schemas,
  values: readonly Buffer[],
  json: readonly Buffer[],
): Promise<Figure> {
  const compiled = compileMapping(await loadMapping(name), {
    defaultCountry: 'US',
    parameters: {},
    nonFinal: false,
    phoneNumbers: createPhoneNumbers(),
    sha256: (text) => hash('sha256', text),
  });
  const { readerSchema, csv, formats } = compiled;
  const decoder = createDecoder({
    format: 'auto',
    schemas,
    csv,
    formats,
    readerSchema: readerSchema && (await loadReaderSchema(readerSchema)),
  });
  const context = { recordTime: Date.UTC(2026, 11, 1) };
  const take = (end: Mapped | undefined) => {
    if (end?.kind !== 'call') throw new Error(`${name}: ${JSON.stringify(end)}`);
  };
  const map = () => {
    let open: PartRecord[] = [];
    const close = () => {
      if (open.length > 0) take(compiled.fold?.join(open, context));
      open = [];
    };
    for (const value of values) {
      const decoded = decoder.decode(value, {});
      const [end] = decoded.kind === 'record' ? compiled.map(decoded.record, context) : [];
      if (end?.kind !== 'part') {
        take(end);
        continue;
      }
      if (open[0]?.key !== end.key) close();
      open.push(end);
    }
    close();
  };
  const parse = () => {
    for (const text of json) JSON.parse(text.toString());
  };
  map();
  parse();
  const pairs = Array.from({ length: ROUNDS }, () => ({ ours: rate(map), plain: rate(parse) }));
  return {
    name: `mapping-${name}`,
    value: median(pairs.map(({ ours }) => ours)),
    unit: 'records/s',
    baseline: median(pairs.map(({ plain }) => plain)),
    ratio: median(pairs.map(({ ours, plain }) => ours / plain)),
  };
}

function jsonOf(record: object): Buffer {
  return Buffer.from(JSON.stringify(record));
}

function rate(work: () => void): number {
  const start = performance.now();
  work();
  return (RECORDS / (performance.now() - start)) * 1000;
}

/** What cdr_kafka (vsgroup) writes. */
function asteriskRow(index: number) {
  return {
    clid: '"Alice" <+12025550143>',
    src: `+1202555${String(index % 500).padStart(4, '0')}`,
    dst: '2125550100',
    dcontext: 'from-trunk',
    channel: 'PJSIP/trunk-00000001',
    dstchannel: 'PJSIP/200-00000002',
    lastapp: 'Dial',
    lastdata: 'PJSIP/200,30',
    start: '2026-01-15T10:30:00.000-0300',
    answer: '2026-01-15T10:30:05.000-0300',
    end: '2026-01-15T10:32:15.000-0300',
    durationsec: 135,
    billsec: 130,
    disposition: 'ANSWERED',
    amaflags: 'DOCUMENTATION',
    linkedid: `1705312200.${index}`,
    sequence: 0,
    SystemName: 'pbx-01',
  };
}
