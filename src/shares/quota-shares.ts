/**
 * What this instance may use of each portal's quota: its part by the partitions that it has, less what the backfills
 * were given, or, in the backfill lane, what it was given. Makes the limiters, and tells them.
 */
import { randomUUID } from 'node:crypto';
import { type Clock, wait } from '../clock.ts';
import type { Quota } from '../hubspot/allowance.ts';
import type { Lane } from '../hubspot/lanes.ts';
import type { Limiter } from '../hubspot/limiter.ts';
import { createLimiter } from '../hubspot/limiter.ts';
import { NOTHING, type Share, WHOLE } from '../hubspot/share.ts';
import type { ControlLog } from '../kafka/control-log.ts';
import type { TopicPartition } from '../kafka/delivery.ts';
import { sizeOf } from './arcs.ts';
import { LeasedLimiter } from './leased-limiter.ts';
import { Member } from './member.ts';
import { ownedShare, type SourceOfCalls, topicsOf } from './owned.ts';
import { RecentUse } from './recent-use.ts';

/** How the instances share a quota, and how much of it a backfill may have beside live calls. */
export interface Sharing extends Quota {
  /** Names the account, the same in every configuration that has it. */
  readonly id: string;
  /** Its name in `portals`. */
  readonly portal: string;
  readonly share: 'partitions' | 'owner';
  /** Parts of the quota, 0 to 1. */
  readonly backfill: { readonly least: number; readonly most: number };
}

export interface QuotaSharesSettings {
  readonly lane: Lane;
  readonly sources: readonly SourceOfCalls[];
  /** The portal of that id, also if it has no limiter yet; undefined when it is none of ours. */
  readonly sharing: (id: string) => Sharing | undefined;
  /** A member without a heartbeat for so long is expelled, milliseconds. */
  readonly sessionTimeout: number;
  /** Longest that a request is on its way, milliseconds. */
  readonly requestTimeout: number;
}

export interface QuotaSharesParts {
  readonly log: ControlLog;
  /** Partitions of the source topics, as they are now. */
  readonly counts: () => Promise<ReadonlyMap<string, number>>;
  /** Whether the group counts on us: else we have nothing to give away. */
  readonly mayGrant: () => boolean;
  readonly clock: Clock;
  /** The control topic could not be read or written; it is tried again. */
  readonly failed: (error: unknown) => void;
}

export interface QuotaShares extends AsyncDisposable {
  /** The limiter of a portal; a later one of the same portal replaces it. */
  limiter(sharing: Sharing): Limiter;
  /** Reads what the others have said, and says that we are here. */
  start(): Promise<void>;
  /** The group has given us these partitions. @param isKnown we were a member all the time since the last ones */
  joined(partitions: readonly TopicPartition[], isKnown: boolean): void;
}

/** How long what is said holds, how often it is said, and how often it is looked what the others say. Milliseconds. */
export const TERM_MS = 10_000;
const SPEAK_MS = 2_000;
const POLL_MS = { apart: 1_000, together: 250 } as const;
/** A live process that was expelled from its group sends nothing: so long it counts as about. */
const LIVE_TERM_MARGIN_MS = 5_000;
/** A portal is wanted for so long after the last call. */
const WANTED_MS = 10_000;
const RETRY_MS = 1_000;
/** Longest wait for the control topic before a gained share is used, and at the end. */
const PATIENCE_MS = 2_000;

interface Entry {
  readonly limiter: LeasedLimiter;
  readonly sharing: Sharing;
  wantedUntil: number;
  lastTotal: number;
}

export function createQuotaShares(settings: QuotaSharesSettings, parts: QuotaSharesParts): QuotaShares {
  const { lane, sources } = settings;
  const { log, clock } = parts;
  const instance = randomUUID().slice(0, 13);
  const closing = new AbortController();
  const entries = new Map<string, Entry>();
  let counts: ReadonlyMap<string, number> = new Map();
  let assigned: readonly TopicPartition[] = [];
  /** Since when (`Clock.now`) that is so. */
  let assignedSince = clock.now();
  let joins = 0;
  const owned = createOwned(() => ({ sources, counts, assigned }));

  const ownedOf = (portal: string): Share => {
    const sharing = settings.sharing(portal);
    const share = sharing === undefined ? NOTHING : owned(sharing.portal);
    return share.length > 0 && sharing?.share === 'owner' ? WHOLE : share;
  };
  const useOf = (portal: string): RecentUse | undefined => {
    const entry = entries.get(portal);
    if (entry === undefined) return undefined;
    entry.limiter.use ??= new RecentUse(entry.sharing.window);
    return entry.limiter.use;
  };
  const member = new Member(
    {
      instance,
      lane,
      settle: settings.requestTimeout,
      terms: { live: settings.sessionTimeout + LIVE_TERM_MARGIN_MS, other: TERM_MS },
    },
    {
      clock,
      serves: (portal) => settings.sharing(portal) !== undefined,
      owned: ownedOf,
      grantable: (portal, isBusyElsewhere) => {
        const sharing = settings.sharing(portal);
        if (sharing === undefined || !parts.mayGrant()) return NOTHING;
        // Of a portal with one owner nobody else knows whose it is: until it has calls, each gives its part.
        const share = owned(sharing.portal);
        if (sharing.share === 'partitions') return share;
        return useOf(portal)?.isBusy ? WHOLE : isBusyElsewhere ? NOTHING : share;
      },
      isBusy: (portal) => useOf(portal)?.isBusy ?? false,
      spare: (portal, share) => {
        const { requests, backfill } = settings.sharing(portal) ?? NO_QUOTA;
        const use = useOf(portal);
        // It has had no call here since the start.
        if (use === undefined) return backfill.most;
        return use.isKnown ? clamp(use.spare(requests * sizeOf(share)), backfill) : undefined;
      },
      demand: () => new Map(wanted().filter(([, weight]) => weight > 0)),
      changed: (portal, share, until) => entries.get(portal)?.limiter.lease(share, until),
    },
  );

  /** Portals that calls wait for or that had some just now. */
  const wanted = (): (readonly [portal: string, weight: number])[] => {
    const now = clock.now();
    for (const entry of entries.values()) {
      if (entry.limiter.waiting > 0 || entry.limiter.total > entry.lastTotal) entry.wantedUntil = now + WANTED_MS;
      entry.lastTotal = entry.limiter.total;
    }
    return [...entries]
      .filter(([, { wantedUntil }]) => wantedUntil > now)
      .map(([portal, { sharing }]) => [portal, sizeOf(owned(sharing.portal))] as const);
  };

  const tell = (portal: string, { limiter }: Entry): void => {
    const { share, until } = member.usable(portal);
    limiter.lease(share, until);
  };
  const tellAll = () => entries.forEach((entry, portal) => void tell(portal, entry));

  const read = () => log.read((value, offset) => member.read(value, offset), closing.signal);
  const speak = () => log.write(instance, member.speak());

  /** What the live calls of wanted portals ask for. */
  const watch = (): void => {
    const now = clock.now();
    const ofBackfills = member.view.wanted(now);
    for (const [portal, { limiter }] of entries) {
      if (ofBackfills.has(portal)) useOf(portal)?.add(now, limiter.total, limiter.waiting);
      else limiter.use = undefined;
    }
  };

  const follow = async (): Promise<void> => {
    let spokenAt = clock.now();
    let said = '';
    while (!closing.signal.aborted) {
      try {
        await read();
        member.update();
        const now = clock.now();
        // A new wish, and a live process that appears, are not made to wait.
        const state =
          lane === 'live' ? '' : JSON.stringify(wanted().map(([portal]) => member.view.standing(portal, now)));
        if (state !== said || now - spokenAt >= SPEAK_MS) {
          if (lane === 'live') watch();
          said = state;
          spokenAt = now;
          await speak();
        }
        const isTogether = lane === 'backfill' || member.view.isWanted(now);
        await wait(clock, isTogether ? POLL_MS.together : POLL_MS.apart, closing.signal);
      } catch (error) {
        if (closing.signal.aborted) return;
        parts.failed(error);
        await wait(clock, RETRY_MS, closing.signal).catch(() => {});
      }
    }
  };
  let following: Promise<void> = Promise.resolve();

  /** The last of several joins at a time decides. */
  const settle = async (partitions: readonly TopicPartition[], join: number): Promise<void> => {
    for (;;) {
      try {
        const found = await parts.counts();
        // Who had these partitions before may have given something away.
        await Promise.race([read(), wait(clock, PATIENCE_MS, closing.signal)]);
        if (join !== joins) return;
        [counts, assigned] = [found, partitions];
        assignedSince = clock.now();
        owned.forget();
        member.update();
        return tellAll();
      } catch (error) {
        if (closing.signal.aborted || join !== joins) return;
        parts.failed(error);
        await wait(clock, RETRY_MS, closing.signal).catch(() => {});
      }
    }
  };

  return {
    limiter(sharing) {
      const limiter = new LeasedLimiter(createLimiter(sharing, clock, assignedSince), sharing.window, clock);
      const entry = { limiter, sharing, wantedUntil: Number.NEGATIVE_INFINITY, lastTotal: 0 };
      entries.set(sharing.id, entry);
      const { share, until } = member.usable(sharing.id);
      // A portal that is called for the first time long after the start need not wait as one would right after it.
      limiter.lease(share, until, member.isAffected(sharing.id) ? clock.now() : assignedSince);
      return limiter;
    },
    async start() {
      await read();
      await speak();
      following = follow();
    },
    joined(partitions, isKnown) {
      joins += 1;
      // What is lost ends at once. Who was expelled has lost everything, even what it has again.
      const kept = isKnown ? partitions : [];
      const isGained = partitions.length > kept.length || partitions.some((one) => !has(assigned, one));
      assigned = assigned.filter((one) => has(kept, one));
      owned.forget();
      tellAll();
      if (isGained) forgetOwners();
      void settle(partitions, joins);
    },
    async [Symbol.asyncDispose]() {
      closing.abort(new Error('callmatch is closing'));
      await following;
      await Promise.race([log.write(instance, member.leave()), wait(clock, PATIENCE_MS)]).catch(() => {});
    },
  };

  /** A partition that came from another owner has brought its portals: nobody here knows what they have used. */
  function forgetOwners(): void {
    for (const { limiter, sharing } of entries.values()) {
      if (sharing.share === 'owner') limiter.setShare(NOTHING);
    }
  }
}

const NO_QUOTA = { requests: 0, backfill: { least: 0, most: 0 } } as const;
const clamp = (part: number, { least, most }: Sharing['backfill']) => Math.max(least, Math.min(most, part));

const has = (partitions: readonly TopicPartition[], { topic, partition }: TopicPartition) =>
  partitions.some((one) => one.topic === topic && one.partition === partition);

/** Thousands of portals have the same sources, so the same share. */
function createOwned(
  known: () => {
    readonly sources: readonly SourceOfCalls[];
    readonly counts: ReadonlyMap<string, number>;
    readonly assigned: readonly TopicPartition[];
  },
) {
  const shares = new Map<string, Share>();
  const owned = (portal: string): Share => {
    const { sources, counts, assigned } = known();
    const topics = topicsOf(portal, sources);
    const key = topics.join();
    let share = shares.get(key);
    if (share === undefined) {
      share = ownedShare(topics, counts, assigned);
      shares.set(key, share);
    }
    return share;
  };
  return Object.assign(owned, { forget: () => shares.clear() });
}
