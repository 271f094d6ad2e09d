/** A parked record and a ledger record as they stand in the log. */
import { CallmatchError } from '../../src/errors.ts';
import type { TopicPartition } from '../../src/kafka/delivery.ts';
import type { ReadRecord } from '../../src/kafka/range-reader.ts';
import { parkedHeaders } from '../../src/outcome/parked-call.ts';
import { encodeLedger, type LedgerEntry } from '../../src/parking/ledger.ts';

export const SOURCE: TopicPartition = { topic: 'calls.cdr', partition: 5 };
export const PLACE: TopicPartition = { topic: 'calls.cdr.parked', partition: 1 };

const MAPPING = { name: 'canonical', version: '3' };

export interface About {
  readonly portal?: string;
  /** Offset of its source record. */
  readonly source?: number;
  readonly id?: string;
  readonly callIndex?: number;
  readonly group?: string;
  readonly partition?: number;
  readonly inDoubt?: boolean;
}

export function parkedRecord(offset: number, about: About = {}): ReadRecord {
  const { portal = 'main', source = 0, id = `call-${source}`, callIndex = 0 } = about;
  const { group = 'g', partition = 5, inDoubt = false } = about;
  const value = Buffer.from(`${id} of ${portal}`);
  const bytes = { ...SOURCE, partition, offset: source, timestamp: 7, key: null, value, headers: {} };
  const context = { stage: 'submit', portal, externalCallId: id, callIndex, attempts: 0, redrives: 0 } as const;
  const headers = parkedHeaders(
    bytes,
    new CallmatchError('crm-moving', 'paused'),
    { ...context, mapping: MAPPING, group, time: 0, version: '0' },
    inDoubt,
  );
  return { ...PLACE, offset, timestamp: 7, key: Buffer.from('k'), value, headers };
}

export function ledgerRecord(offset: number, entry: Partial<LedgerEntry>): ReadRecord {
  const encoded = encodeLedger({ group: 'g', source: SOURCE, issued: [], released: [], ...entry });
  return { ...PLACE, offset, timestamp: 7, key: null, ...encoded };
}
