import { EventEmitter } from 'node:events';
import type { Consumer, ConsumerCommitOffsetsEvent } from 'kafkajs';
import { describe, expect, it } from 'vitest';
import { commitConfirmed } from '../../../src/kafka/confirmed-commit.ts';

const COMMIT = { topic: 'calls', partition: 1, offset: '7', metadata: 'm' };

/** The part of a consumer that is used, which commits what `made` says. */
function consumer(made: readonly { readonly partition: number; readonly offset: string }[]) {
  const emitter = new EventEmitter();
  const payload = { topics: [{ topic: 'calls', partitions: made }] };
  return {
    emitter,
    consumer: {
      events: { COMMIT_OFFSETS: 'commit' },
      on(event: string, listener: (event: ConsumerCommitOffsetsEvent) => void) {
        emitter.on(event, listener);
        return () => emitter.off(event, listener);
      },
      async commitOffsets() {
        if (made.length > 0) emitter.emit('commit', { payload });
      },
      // `on` is overloaded, one signature an event; only this one is used.
    } as unknown as Pick<Consumer, 'on' | 'events' | 'commitOffsets'>,
  };
}

describe('a commit', () => {
  it('is made when kafkajs says so, of each partition', async () => {
    const world = consumer([{ partition: 1, offset: '7' }]);
    await commitConfirmed(world.consumer, [COMMIT]);
    expect(world.emitter.listenerCount('commit')).toBe(0);
    await expect(commitConfirmed(world.consumer, [COMMIT, { ...COMMIT, partition: 2 }])).rejects.toThrow('calls/2@7');
  });

  it('is not made when kafkajs resolves without a word: its consumer is down', async () => {
    const world = consumer([]);
    await expect(commitConfirmed(world.consumer, [COMMIT])).rejects.toMatchObject({ code: 'broker-unavailable' });
    expect(world.emitter.listenerCount('commit')).toBe(0);
  });

  it('is another one when the offset is another', async () => {
    const world = consumer([{ partition: 1, offset: '6' }]);
    await expect(commitConfirmed(world.consumer, [COMMIT])).rejects.toThrow('not committed: calls/1@7');
  });
});
