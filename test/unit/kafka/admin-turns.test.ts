import { expect, it } from 'vitest';
import { takingTurns } from '../../../src/kafka/admin-turns.ts';

type Admin = Parameters<typeof takingTurns>[0];

/** As kafkajs: there is one place for what is known of topics, and a question finds what it needs only there. */
function forgetfulAdmin() {
  let known = '';
  const ask = async (topic: string) => {
    known = topic;
    await Promise.resolve();
    if (known !== topic) throw new TypeError(`nothing is known of ${topic}`);
    return topic;
  };
  return {
    fetchTopicMetadata: ({ topics: [topic = ''] }: { topics: string[] }) => ask(topic),
    fetchTopicOffsets: ask,
    fetchTopicOffsetsByTimestamp: ask,
    deleteTopicRecords: ({ topic }: { topic: string }) => ask(topic),
  } as unknown as Admin; // The answers are no answers of kafkajs, and nobody reads them.
}

it('asks one question about topics after the other, also after one that failed', async () => {
  const all = ({ fetchTopicMetadata, fetchTopicOffsets, fetchTopicOffsetsByTimestamp, deleteTopicRecords }: Admin) =>
    Promise.allSettled([
      fetchTopicMetadata({ topics: ['a'] }),
      fetchTopicOffsets('b'),
      fetchTopicOffsetsByTimestamp('c'),
      deleteTopicRecords({ topic: 'd', partitions: [] }),
    ]);
  const states = (results: readonly PromiseSettledResult<unknown>[]) => results.map(({ status }) => status);
  expect(states(await all(forgetfulAdmin()))).toContain('rejected');
  expect(new Set(states(await all(takingTurns(forgetfulAdmin()))))).toEqual(new Set(['fulfilled']));

  const failing = { ...forgetfulAdmin(), fetchTopicOffsets: () => Promise.reject(new Error('no broker')) };
  expect(states(await all(takingTurns(failing)))).toEqual(['fulfilled', 'rejected', 'fulfilled', 'fulfilled']);
});
