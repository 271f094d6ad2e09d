/** Carries out a plan: nobody else in the group, the old offsets on the disk, and only then the new ones committed. */
import { CallmatchError } from '../errors.ts';
import type { KafkaAdmin, KafkaClient } from '../kafka/client.ts';
import { holdGroup } from '../kafka/group-hold.ts';
import { describeGroup } from '../kafka/group-offsets.ts';
import { committedOffsets, entryOf } from '../kafka/positions.ts';
import { writeBackup } from './backup.ts';
import { type Change, isChange, type Move } from './plan.ts';

export interface MoveSettings {
  readonly groupId: string;
  /** Milliseconds. */
  readonly sessionTimeout: number;
  readonly topics: readonly string[];
  /** Path of the file for the old offsets; it must not exist. */
  readonly backup: string;
  /** ISO 8601 in UTC. */
  readonly savedAt: string;
}

/**
 * Commits what `plan` gives, and resolves to it. Where nothing changes, nothing is written.
 * @throws {CallmatchError} `group-active`, `offsets-invalid` or `broker-unavailable`
 */
export async function moveOffsets(
  { kafka, admin }: { readonly kafka: KafkaClient; readonly admin: KafkaAdmin },
  settings: MoveSettings,
  plan: () => Promise<readonly Move[]>,
): Promise<readonly Move[]> {
  const { groupId, topics } = settings;
  await requireIdle(admin, groupId);
  // A mistake, or nothing to do, is told before the group is held up.
  const foreseen = await plan();
  if (!foreseen.some(isChange)) return foreseen;
  await using hold = await holdGroup(kafka, settings, topics);
  // Again, because only now nobody commits in between.
  const moves = await plan();
  const changes = moves.filter(isChange);
  await saveOld(changes, settings);
  await hold.commit(
    changes.map(({ topic, partition, to: { offset, metadata } }) => ({ topic, partition, offset, metadata })),
  );
  await requireCommitted(admin, groupId, changes);
  return moves;
}

async function requireIdle(admin: KafkaAdmin, groupId: string): Promise<void> {
  const { members } = await describeGroup(admin, groupId);
  if (members.length === 0) return;
  const who = members.map(({ clientId, host }) => `${clientId} at ${host}`).join(', ');
  throw new CallmatchError('group-active', `group ${groupId} has ${members.length} of them: ${who}`);
}

async function saveOld(changes: readonly Change[], { backup, groupId, savedAt }: MoveSettings): Promise<void> {
  const offsets = changes.map(({ topic, partition, from }) => {
    return { topic, partition, offset: from.offset ?? null, metadata: from.metadata };
  });
  await writeBackup(backup, { group: groupId, savedAt, offsets });
}

/** kafkajs drops a commit in silence when its consumer has just crashed. */
async function requireCommitted(admin: KafkaAdmin, groupId: string, changes: readonly Change[]): Promise<void> {
  const now = await committedOffsets(admin, groupId, [...new Set(changes.map(({ topic }) => topic))]);
  const open = changes.filter((change) => entryOf(now, change)?.offset !== change.to.offset);
  if (open.length === 0) return;
  const names = open.map(({ topic, partition }) => `${topic}/${partition}`).join(', ');
  throw new CallmatchError('broker-unavailable', `the broker did not keep the new offsets of ${names}; try again`);
}
