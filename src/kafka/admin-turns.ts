/**
 * kafkajs 2.2.4 keeps what it knows of topics in one place per admin client, and a question about topics that are not there
 * puts only those there. A question that is under way about others then finds nothing of them, and fails with a TypeError
 * (`fetchTopicOffsets`, `fetchTopicOffsetsByTimestamp`) or finds no leader (`deleteTopicRecords`). So they take turns.
 */
import type { Admin } from 'kafkajs';

type Questions = Pick<
  Admin,
  'fetchTopicMetadata' | 'fetchTopicOffsets' | 'fetchTopicOffsetsByTimestamp' | 'deleteTopicRecords'
>;

/** The same admin client, of which these methods wait for each other. */
export function takingTurns<Client extends Questions>(admin: Client): Client {
  let last: Promise<unknown> = Promise.resolve();
  const inTurn =
    <Arguments extends unknown[], Answer>(ask: (...args: Arguments) => Promise<Answer>) =>
    (...args: Arguments): Promise<Answer> => {
      const answer = last.then(() => ask(...args));
      last = answer.catch(() => {});
      return answer;
    };
  return {
    ...admin,
    fetchTopicMetadata: inTurn(admin.fetchTopicMetadata),
    fetchTopicOffsets: inTurn(admin.fetchTopicOffsets),
    fetchTopicOffsetsByTimestamp: inTurn(admin.fetchTopicOffsetsByTimestamp),
    deleteTopicRecords: inTurn(admin.deleteTopicRecords),
  };
}
