/** Puts the group of a replay where its ranges begin, once: a replay that was interrupted goes on where it stopped. */
import { type Clock, wait } from '../clock.ts';
import { CallmatchError } from '../errors.ts';
import type { KafkaAdmin, KafkaClient } from '../kafka/client.ts';
import { holdGroup } from '../kafka/group-hold.ts';
import { committedOffsets, entryOf } from '../kafka/positions.ts';
import type { ReplayRange } from './range.ts';

/** Another process of the same replay may be placing it. */
const RETRY_MS = 500;
const PATIENCE_MS = 30_000;

export interface PlaceParts {
  readonly kafka: KafkaClient;
  readonly admin: KafkaAdmin;
  readonly clock: Clock;
}

/**
 * Commits the beginning of every range on which the group has committed nothing.
 * @returns true when it was begun before: some partition had a commit
 * Throws `group-active` when somebody else holds the group for half a minute without committing.
 */
export async function placeReplay(
  { kafka, admin, clock }: PlaceParts,
  group: { readonly groupId: string; readonly sessionTimeout: number },
  ranges: readonly ReplayRange[],
  signal: AbortSignal,
): Promise<boolean> {
  const topics = [...new Set(ranges.map(({ topic }) => topic))];
  const missing = async () => {
    const committed = await committedOffsets(admin, group.groupId, topics);
    return ranges.filter((range) => entryOf(committed, range) === undefined);
  };
  const first = await missing();
  const wasBegun = first.length < ranges.length;
  const since = clock.now();
  for (let open = first; open.length > 0; open = await missing()) {
    try {
      await using hold = await holdGroup(kafka, group, topics);
      // Again, because only now nobody commits in between.
      await hold.commit((await missing()).map((range) => ({ ...range, offset: range.from, metadata: '' })));
    } catch (error) {
      const isBusy = error instanceof CallmatchError && error.code === 'group-active';
      if (!isBusy || clock.now() - since > PATIENCE_MS) throw error;
      await wait(clock, RETRY_MS, signal);
    }
  }
  return wasBegun;
}
