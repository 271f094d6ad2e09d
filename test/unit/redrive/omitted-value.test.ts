import { createHash } from 'node:crypto';
import { expect, it } from 'vitest';
import { LetterLog } from '../../../src/dead-letters/letter-log.ts';
import { bytesOfLetter } from '../../../src/redrive/omitted-value.ts';
import { letterRecord } from '../../support/letter-record.ts';
import { MemoryReader } from '../../support/memory-reader.ts';

const SOURCE = { topic: 'calls.cdr', partition: 0 };
const never = new AbortController().signal;

async function bytesOf(value: string | undefined, written: string | undefined) {
  const reader = new MemoryReader({ 'calls.cdr': 1 });
  if (written !== undefined) reader.append(SOURCE, { value: Buffer.from(written), headers: { portal: 'main' } });
  const sha256 = createHash('sha256').update('large').digest('hex');
  const omitted = value === undefined ? { 'callmatch.value-omitted': '5', 'callmatch.value-sha256': sha256 } : {};
  const record = { ...letterRecord(0, { headers: omitted }), value: value === undefined ? null : Buffer.from(value) };
  const log = new LetterLog('g');
  log.read(record);
  const [letter] = log.letters();
  if (letter === undefined) throw new Error('no letter');
  return { bytes: await bytesOfLetter(letter, record, reader, never), reads: reader.reads };
}

it('are its own', async () => {
  const { bytes, reads } = await bytesOf('small', 'other');
  expect(bytes).toMatchObject({ kind: 'bytes', value: Buffer.from('small') });
  expect(reads).toEqual([]);
});

it('are those of the source where they were too large', async () => {
  expect((await bytesOf(undefined, 'large')).bytes).toMatchObject({
    kind: 'bytes',
    value: Buffer.from('large'),
    headers: { portal: 'main', 'callmatch.code': 'crm-rejected' },
  });
});

it('are gone where the source has others, or none', async () => {
  expect((await bytesOf(undefined, 'changed')).bytes).toEqual({ kind: 'gone', why: 'source-changed' });
  expect((await bytesOf(undefined, undefined)).bytes).toEqual({ kind: 'gone', why: 'source-deleted' });
});
