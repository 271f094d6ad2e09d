/** That only one process at a time works on the dead letters of a group. */
import type { Clock } from '../clock.ts';
import type { Config } from '../config/schema.ts';
import { redriveGroup } from '../dead-letters/letter-log.ts';
import { CallmatchError } from '../errors.ts';
import type { KafkaClient } from '../kafka/client.ts';
import { type GroupHold, holdGroup } from '../kafka/group-hold.ts';

/** After a kill the broker gives it once the session of the dead has timed out. Throws `group-active`. */
export async function holdLetters(kafka: KafkaClient, config: Config, clock: Clock): Promise<GroupHold> {
  const { groupId, sessionTimeout } = config.kafka;
  const topics = config.sources.map(({ topic }) => topic);
  const settings = {
    groupId: redriveGroup(groupId),
    sessionTimeout,
    requestTimeout: config.hubspot.timeouts.request,
  };
  try {
    return await holdGroup(kafka, settings, topics, clock);
  } catch (error) {
    if (!(error instanceof CallmatchError) || error.code !== 'group-active') throw error;
    const message = `another redrive or purge of group ${groupId} is at work`;
    throw new CallmatchError('group-active', message, { cause: error });
  }
}
