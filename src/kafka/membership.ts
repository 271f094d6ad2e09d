/** This process as a member of its consumer group: whether the broker counts on it, and whether it is joining anew. */
import type { Consumer } from 'kafkajs';
import type { Clock } from '../clock.ts';
import type { TopicPartition } from './delivery.ts';
import { Lease, type LeaseSettings } from './lease.ts';

/** An assignment. */
export interface Joined {
  readonly memberId: string;
  readonly isLeader: boolean;
  readonly partitions: readonly TopicPartition[];
  /** Whether we were a member all the time since the last assignment. */
  readonly isKnown: boolean;
  readonly ms: number;
}

export interface Membership {
  /** Whether the broker cannot have given our partitions to another yet. */
  readonly isLeased: boolean;
  /** Between the first sign of a rebalance and the assignment that ends it. */
  readonly isJoining: boolean;
  /** Generation of the group as of the last heartbeat. */
  readonly generation: number;
  /** A join begins, whether the broker asked for it or not. Tells whether that is news. */
  joining(): boolean;
  /** The assignment is there. Tells whether the broker has known us all the time: the member id is the same. */
  joined(memberId: string): boolean;
}

/** @param onHeartbeat after each answered heartbeat */
export function createMembership(
  consumer: Pick<Consumer, 'on' | 'events'>,
  settings: LeaseSettings,
  clock: Pick<Clock, 'now' | 'wall'>,
  onHeartbeat: () => void,
): Membership {
  const lease = new Lease(settings);
  const { REQUEST, HEARTBEAT } = consumer.events;
  const sentAt = new Map<string, number>();
  const offsetOfWall = () => clock.now() - clock.wall();
  let lastOffset = offsetOfWall();
  let isJoining = false;
  let memberId = '';
  let generation = 0;

  // The lease counts from the sending of a request. HEARTBEAT tells that it went well, REQUEST when it was sent; both
  // come when the answer is handled, which in a process that was frozen is long after it arrived.
  consumer.on(REQUEST, ({ payload }) => {
    if (payload.apiName !== 'Heartbeat' && payload.apiName !== 'SyncGroup') return;
    // `sentAt` is wall time, which may have stepped meanwhile. The request before was answered before this one was sent,
    // so its offset or ours is the one of the sending: the earlier of the two moments is never too late.
    const offset = offsetOfWall();
    sentAt.set(payload.apiName, Math.min(clock.now(), payload.sentAt + Math.min(offset, lastOffset)));
    lastOffset = offset;
  });
  const renewBy = (apiName: string) => {
    lease.renew(sentAt.get(apiName) ?? Number.NEGATIVE_INFINITY);
    onHeartbeat();
  };
  consumer.on(HEARTBEAT, ({ payload }) => {
    generation = payload.groupGenerationId;
    renewBy('Heartbeat');
  });

  return {
    get isLeased() {
      return lease.isValid(clock.now());
    },
    get isJoining() {
      return isJoining;
    },
    get generation() {
      return generation;
    },
    joining() {
      const isNews = !isJoining;
      isJoining = true;
      return isNews;
    },
    joined(id) {
      const isSame = id === memberId;
      memberId = id;
      isJoining = false;
      renewBy('SyncGroup');
      return isSame;
    },
  };
}
