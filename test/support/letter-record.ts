/** A dead letter and a ledger record as they stand in the log. */
import { CallmatchError, type ErrorCode } from '../../src/errors.ts';
import type { TopicPartition } from '../../src/kafka/delivery.ts';
import type { ReadRecord } from '../../src/kafka/range-reader.ts';
import { deadLetterHeaders, type Stage } from '../../src/outcome/dead-letter.ts';
import { encodeLedger } from '../../src/parking/ledger.ts';

export const LETTERS: TopicPartition = { topic: 'calls.cdr.dlq', partition: 0 };

export interface AboutLetter {
  /** Offset of its source record. */
  readonly source?: number;
  readonly id?: string | undefined;
  readonly callIndex?: number;
  readonly group?: string;
  readonly code?: ErrorCode;
  readonly stage?: Stage;
  readonly portal?: string | undefined;
  readonly redrives?: number;
  readonly attempts?: number;
  readonly time?: number;
  readonly message?: string;
  readonly headers?: Record<string, string>;
}

export function letterBytes(about: AboutLetter = {}): Pick<ReadRecord, 'value' | 'headers'> {
  const { source = 0, callIndex = 0, group = 'g', code = 'crm-rejected', stage = 'submit', redrives = 0 } = about;
  const externalCallId = 'id' in about ? about.id : `call-${source}`;
  const value = Buffer.from(JSON.stringify({ id: externalCallId ?? null }));
  const bytes = { topic: 'calls.cdr', partition: 0, offset: source, timestamp: 7, key: Buffer.from('k'), value };
  const { attempts = 1, time = 1_000, message = 'no' } = about;
  const headers = deadLetterHeaders({ ...bytes, headers: { own: 'x' } }, new CallmatchError(code, message), {
    ...{ stage, externalCallId, callIndex, attempts, redrives, group, time },
    portal: 'portal' in about ? about.portal : 'main',
    mapping: { name: 'canonical', version: '3' },
    version: '0',
  });
  return { value, headers: { ...headers, ...about.headers } };
}

export function letterRecord(offset: number, about: AboutLetter = {}): ReadRecord {
  return { ...LETTERS, offset, timestamp: 7, key: null, ...letterBytes(about) };
}

export function letterLedger(offset: number, entry: { issued?: number[]; released?: number[]; group?: string }) {
  const encoded = encodeLedger({ group: 'g', source: LETTERS, issued: [], released: [], ...entry });
  return { ...LETTERS, offset, timestamp: 7, key: null, ...encoded };
}
