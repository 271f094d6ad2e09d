import { expect, it } from 'vitest';
import type { ReadRecord } from '../../../src/kafka/range-reader.ts';
import { chapterOf } from '../../../src/story/story.ts';
import { maskedChapter, storyLines } from '../../../src/story/story-text.ts';
import { codec, deadLetter, outcome } from '../../support/outcome-world.ts';

const TOPICS = { outcomes: 'calls.enriched', dlqSuffix: '.dlq', parkedSuffix: '.parked' };

function about(topic: string, written: Partial<ReadRecord>) {
  const record = { topic, partition: 1, offset: 42, timestamp: 0, key: null, value: null, headers: {}, ...written };
  return chapterOf(record, 'call-1', TOPICS, codec);
}

it('shows where everything stands, and no number', () => {
  const headers = {
    ...deadLetter().headers,
    'callmatch.message': 'from: +41315550179 is no',
    'callmatch.source-key': '+41315550179',
  };
  const chapters = [about('calls.cdr.dlq', { headers }), about('calls.enriched', outcome({ offset: 7 }))];
  const masked = chapters.flatMap((one) => one ?? []).map(maskedChapter);
  const lines = storyLines(masked);
  expect(lines.join('\n')).toContain('calls.cdr.dlq/1@42');
  expect(lines.join('\n')).toContain('calls.cdr/5@7');
  expect(lines.join('\n')).toContain('crm-rejected');
  expect(JSON.stringify([lines, masked])).not.toContain('5550179');
});
