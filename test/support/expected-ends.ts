/** Files of records with the end that each has to have, as written down in a YAML file beside them. */
import { readFileSync } from 'node:fs';
import { join } from 'node:path';
import { expect } from 'vitest';
import { parse } from 'yaml';
import type { Call } from '../../src/cdr/call.ts';
import { createDecoder } from '../../src/cdr/decode.ts';
import type { Mapped, Mapping } from '../../src/cdr/mapping/mapping.ts';
import type { ParameterValues } from '../../src/cdr/mapping/parameters.ts';
import { toInboundCallRequest } from '../../src/hubspot/inbound-call.ts';
import { type ContractWitness, watchContract } from './contract-witness.ts';
import { compile } from './mapping.ts';

/** One file, read with one configuration of its source. */
export interface ExpectedRun {
  readonly file: string;
  /** Tells it from the other runs of the same file. */
  readonly as?: string;
  /** A Kafka value is a line (default) or the whole file. */
  readonly values?: 'lines' | 'file';
  /** `header`: the first line names the columns, and the copy of the mapping has them. */
  readonly columns?: 'header';
  readonly source: { readonly defaultCountry?: string; readonly parameters?: ParameterValues };
  readonly ends: readonly End[];
}

/** `says` is a part of the message, times are ISO texts, and `externalCallId: hash` is any SHA-256. */
type End = Readonly<
  Partial<Record<'skip' | 'failure' | 'says', string>> & { call?: Readonly<Record<string, unknown>> }
>;

/** When the records were written, as far as the mapping knows. */
const RECORD_TIME = Date.UTC(2026, 5, 1);

export function readExpectedRuns(file: string): ExpectedRun[] {
  return parse(readFileSync(file, 'utf8'), { merge: true });
}

/** Runs the records of a file through decoder and mapping, and compares each end with the one written down. */
export function expectEnds(run: ExpectedRun, folder: string, document: unknown): void {
  const text = readFileSync(join(folder, run.file), 'utf8');
  const values = run.values === 'file' ? [text] : text.split(/(?<=\n)/);
  const columns = run.columns === 'header' ? { csv: { columns: [values[0]?.trim().split(',')] } } : {};
  const mapping = compile(Object.assign({}, document, columns), run.source);

  const contract = watchContract();
  const ends = values.flatMap((value) => endsOfValue(Buffer.from(value), mapping, contract));
  contract.assertKept();
  expect(ends).toEqual(run.ends.map(matcherOf));
}

function endsOfValue(value: Buffer, mapping: Mapping, contract: ContractWitness): End[] {
  const { csv, formats } = mapping;
  const decoded = createDecoder({ format: 'auto', schemas: { get: () => undefined }, csv, formats }).decode(value, {});
  if (decoded.kind === 'record') {
    const context = { recordTime: RECORD_TIME };
    // A part alone is the whole call.
    const mapped = mapping
      .map(decoded.record, context)
      .flatMap((one) => (one.kind === 'part' ? (mapping.fold?.join([one], context) ?? []) : [one]));
    for (const one of mapped) if (one.kind === 'call') contract.request(payloadOf(one.call));
    return mapped.map(endOf);
  }
  return [decoded.kind === 'failure' ? { failure: decoded.code, says: decoded.message } : { skip: decoded.kind }];
}

const payloadOf = (call: Call) => JSON.stringify(toInboundCallRequest(call, { create: true, properties: {} }));

function endOf(mapped: Mapped): End {
  if (mapped.kind === 'failure') return { failure: mapped.code, says: mapped.message };
  if (mapped.call === undefined) return { skip: mapped.kind === 'skip' ? mapped.reason : mapped.kind };
  // Who took a call and who was rung stands in tests of their own.
  const { agent: _, agents: __, ...call } = mapped.call;
  const written = {
    ...call,
    ...(call.startedAt !== undefined && { startedAt: new Date(call.startedAt).toISOString() }),
  };
  return { ...(mapped.kind === 'skip' && { skip: mapped.reason }), call: written };
}

function matcherOf(end: End): unknown {
  const says = end.says === undefined ? {} : { says: expect.stringContaining(end.says) };
  const isHashed = end.call?.externalCallId === 'hash';
  const call = isHashed ? { call: { ...end.call, externalCallId: expect.stringMatching(/^[0-9a-f]{64}$/) } } : {};
  return { ...end, ...says, ...call };
}
