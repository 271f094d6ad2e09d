import { EventEmitter } from 'node:events';
import { Kafka, logLevel } from 'kafkajs';
import { describe, expect, it } from 'vitest';
import { createMembership } from '../../../src/kafka/membership.ts';
import { ManualClock } from '../../support/manual-clock.ts';

const SETTINGS = { sessionTimeout: 10_000, requestTimeout: 4_000 };
/** So long a heartbeat is good from its sending on. */
const LEASE = 5_500;

/** A member whose consumer says what a test lets it say. The names of the events are those of kafkajs. */
function member() {
  const { events } = new Kafka({ brokers: ['127.0.0.1:1'], logLevel: logLevel.NOTHING }).consumer({ groupId: 'g' });
  const emitter = new EventEmitter();
  const clock = new ManualClock();
  const heard: boolean[] = [];
  const membership = createMembership(
    {
      events,
      // biome-ignore lint/suspicious/noExplicitAny: kafkajs has a signature for every event.
      on(name: string, listener: (event: any) => void) {
        emitter.on(name, listener);
        return () => emitter.off(name, listener);
      },
    },
    SETTINGS,
    clock,
    () => heard.push(membership.isLeased),
  );
  /** A request was answered, and the answer is handled now. */
  const answered = (apiName: string, sentAt: number) => emitter.emit(events.REQUEST, { payload: { apiName, sentAt } });
  const beat = (sentAt = clock.wall(), groupGenerationId = 1) => {
    answered('Heartbeat', sentAt);
    emitter.emit(events.HEARTBEAT, { payload: { groupGenerationId } });
  };
  const join = (memberId: string, sentAt = clock.wall()) => {
    answered('SyncGroup', sentAt);
    return membership.joined(memberId);
  };
  return { membership, clock, heard, answered, beat, join };
}

describe('the lease of a member', () => {
  it('is not there before the group was joined', () => {
    const { membership, answered } = member();
    answered('JoinGroup', 0);
    expect(membership.isLeased).toBe(false);
  });

  it('begins with the assignment, and is kept by heartbeats', () => {
    const { membership, clock, beat, join } = member();
    join('m-1');
    expect(membership.isLeased).toBe(true);
    clock.advance(LEASE - 1);
    beat();
    clock.advance(LEASE - 1);
    expect(membership.isLeased).toBe(true);
    clock.advance(1);
    expect(membership.isLeased).toBe(false);
  });

  it('counts from the sending of a heartbeat: one that a freeze has kept unhandled does not renew it', () => {
    const { membership, clock, beat, join, heard } = member();
    join('m-1');
    clock.advance(1_000);
    const sentAt = clock.wall();
    clock.lag(20_000);
    beat(sentAt);
    expect(membership.isLeased).toBe(false);
    expect(heard.at(-1)).toBe(false);
    beat();
    expect(membership.isLeased).toBe(true);
  });

  it('is what is left of it after a shorter freeze', () => {
    const { membership, clock, beat, join } = member();
    join('m-1');
    const sentAt = clock.wall();
    clock.lag(4_000);
    beat(sentAt);
    expect(membership.isLeased).toBe(true);
    clock.advance(LEASE - 4_000 - 1);
    expect(membership.isLeased).toBe(true);
    clock.advance(1);
    expect(membership.isLeased).toBe(false);
  });

  it('counts from the sending of SyncGroup as well: a freeze may lie between its answer and us', () => {
    const { membership, clock, join } = member();
    const sentAt = clock.wall();
    clock.lag(20_000);
    join('m-1', sentAt);
    expect(membership.isLeased).toBe(false);
  });

  it('is not renewed by a heartbeat that was answered with an error', () => {
    const { membership, clock, answered, join, heard } = member();
    join('m-1');
    clock.advance(LEASE - 1);
    answered('Heartbeat', clock.wall());
    clock.advance(1);
    expect(membership.isLeased).toBe(false);
    expect(heard).toHaveLength(1);
  });

  it('is not renewed by answers to other requests', () => {
    const { membership, clock, answered, beat, join } = member();
    join('m-1');
    const sentAt = clock.wall();
    clock.lag(LEASE);
    answered('Heartbeat', sentAt);
    for (const apiName of ['Fetch', 'OffsetCommit', 'Metadata']) answered(apiName, clock.wall());
    expect(membership.isLeased).toBe(false);
    beat();
    expect(membership.isLeased).toBe(true);
  });

  it('is not made longer by a wall clock that steps back while an answer is on its way', () => {
    const { membership, clock, answered, beat, join } = member();
    join('m-1');
    const sentAt = clock.wall();
    clock.setWall(sentAt - 60_000);
    answered('Fetch', sentAt);
    clock.lag(20_000);
    beat(sentAt);
    expect(membership.isLeased).toBe(false);
    clock.advance(1_000);
    beat();
    expect(membership.isLeased, 'the step has passed').toBe(true);
  });

  it('is at most shorter when the wall clock steps forward', () => {
    const { membership, clock, beat, join } = member();
    join('m-1');
    clock.advance(1_000);
    const sentAt = clock.wall();
    clock.setWall(sentAt + 60_000);
    beat(sentAt);
    clock.advance(LEASE - 1_000 - 1);
    expect(membership.isLeased, 'of the heartbeat before').toBe(true);
    clock.advance(1);
    expect(membership.isLeased).toBe(false);
    beat();
    expect(membership.isLeased).toBe(true);
  });

  it('is news after each answer that renews it', () => {
    const { heard, beat, join } = member();
    join('m-1');
    beat();
    expect(heard).toEqual([true, true]);
  });
});

describe('a member', () => {
  it('is joining from the first sign on, which is news once, until the assignment is there', () => {
    const { membership, join } = member();
    expect(membership.isJoining).toBe(false);
    expect([membership.joining(), membership.joining()]).toEqual([true, false]);
    expect(membership.isJoining).toBe(true);
    join('m-1');
    expect(membership.isJoining).toBe(false);
    expect(membership.joining()).toBe(true);
  });

  it('was known all the time when its id is the same', () => {
    const { join } = member();
    expect([join('m-1'), join('m-1'), join('m-2'), join('m-1')]).toEqual([false, true, false, false]);
  });

  it('tells the generation of its last heartbeat', () => {
    const { membership, beat } = member();
    expect(membership.generation).toBe(0);
    beat(undefined, 7);
    expect(membership.generation).toBe(7);
  });
});
