import { expect, it } from 'vitest';
import { hasEngagement, judge } from '../../../src/redrive/judging.ts';
import { createTrial } from '../../../src/trial/trial.ts';
import { trialConfig } from '../../../src/trial/trial-config.ts';
import { letterRecord } from '../../support/letter-record.ts';
import { openLetter } from '../../support/open-letter.ts';

const call = (id: string) => {
  return { id, direction: 'inbound', from: '+12025550179', to: '+12125550100', status: 'MISSED' };
};

it('tells what would become of the call that a letter is about', async () => {
  const config = trialConfig({ source: { defaultCountry: 'US', format: 'json' } });
  const trial = await createTrial(config, { get: () => undefined, load: async () => {} });
  const letter = openLetter({ id: 'b', callIndex: 1 });
  const value = Buffer.from(JSON.stringify([call('a'), call('b')]));
  const bytes = { kind: 'bytes', value, headers: letterRecord(0).headers } as const;
  const trialTopic = { ...letter, source: { ...letter.source, topic: 'trial' } };
  const { ends, calls } = await judge(trialTopic, bytes, trial);
  expect(calls).toBe(2);
  expect(ends).toMatchObject([{ callIndex: 1, end: { kind: 'enriched', call: { externalCallId: 'b' } } }]);
  const counts = { calls: 1, droppedIds: 0 };
  const before = { has: () => false, hasId: (_portal: string, id: string) => id === 'b', counts };
  expect(ends.map((end) => hasEngagement(end, before))).toEqual([true]);
  expect(ends.map((end) => hasEngagement(end, { ...before, hasId: () => false }))).toEqual([false]);
});
