/** Everything about a group at one moment, from the broker and from its instances. Pure. */
import type { Group, GroupPosition } from '../kafka/group-offsets.ts';
import { standingOf } from '../offsets/standing.ts';
import type { PortalStatus } from '../status.ts';
import type { PortalBacklog } from './estimate.ts';
import type { Instance } from './instances.ts';

export interface PartitionOverview {
  readonly topic: string;
  readonly partition: number;
  /** Records to the end of the partition; undefined where nothing is committed. */
  readonly lag: number | undefined;
  /** Records behind the committed offset that are done already. */
  readonly doneBehind: number;
  /** Of the instance that has it; undefined where none said so. */
  readonly span: number | undefined;
  readonly unsettled: number | undefined;
  /** Records that retention deleted before they were read: the partition stands still. */
  readonly isLost: boolean;
}

export interface PortalOverview extends PortalStatus {
  /** Instances that have it in this state. */
  readonly instances: number;
  readonly parked: number;
}

export interface Overview {
  readonly group: string;
  readonly state: string;
  readonly members: number;
  readonly lag: number;
  /** The longest of `backlog`, milliseconds. */
  readonly backlogMs: number;
  readonly partitions: readonly PartitionOverview[];
  /** An estimate. */
  readonly backlog: readonly PortalBacklog[];
  readonly portals: readonly PortalOverview[];
  /** Records in the dead-letter topics, by topic. Those that were redriven are among them. */
  readonly deadLetters: Readonly<Record<string, number>>;
  readonly parked: number;
  readonly inFlight: number;
  readonly oldestUnfinishedMs: number | undefined;
  readonly instances: readonly Instance[];
}

export interface OverviewParts {
  readonly groupId: string;
  readonly group: Group;
  readonly positions: readonly GroupPosition[];
  readonly instances: readonly Instance[];
  readonly deadLetters: Readonly<Record<string, number>>;
  readonly backlogOf: (lag: number) => readonly PortalBacklog[];
}

export function overviewOf({ groupId, group, positions, instances, deadLetters, backlogOf }: OverviewParts): Overview {
  const statuses = instances.flatMap(({ status }) => status ?? []);
  const partitions = positions.map((position): PartitionOverview => {
    const { topic, partition } = position;
    const { lag, doneBehind, state } = standingOf(position);
    const owned = statuses
      .flatMap((status) => status.partitions)
      .find((one) => one.topic === topic && one.partition === partition);
    const isLost = state === 'before-start' || state === 'beyond-end' || owned?.offsetLost === true;
    return { topic, partition, lag, doneBehind, span: owned?.span, unsettled: owned?.unsettled, isLost };
  });
  const lag = partitions.reduce((sum, one) => sum + Math.max(0, (one.lag ?? 0) - one.doneBehind), 0);
  const backlog = backlogOf(lag);
  const parked = sumOf(statuses.map((status) => sumOf(Object.values(status.parked ?? {}))));
  const oldest = statuses.flatMap(({ oldestUnfinishedMs }) => oldestUnfinishedMs ?? []);
  return {
    group: groupId,
    state: group.state,
    members: group.members.length,
    lag,
    backlogMs: Math.max(0, ...backlog.map(({ ms }) => ms)),
    partitions,
    backlog,
    portals: portalsOf(statuses.map(({ portals, parked }) => ({ portals, parked: parked ?? {} }))),
    deadLetters,
    parked,
    inFlight: sumOf(statuses.map(({ inFlight }) => inFlight)),
    oldestUnfinishedMs: oldest.length === 0 ? undefined : Math.max(...oldest),
    instances,
  };
}

/** One entry for a portal; where instances differ, the state that is the most trouble. */
function portalsOf(
  found: readonly { readonly portals: readonly PortalStatus[]; readonly parked: Readonly<Record<string, number>> }[],
): PortalOverview[] {
  const byName = new Map<string, PortalOverview>();
  for (const { portals, parked } of found) {
    for (const portal of portals) {
      const known = byName.get(portal.name);
      const worst = known === undefined || TROUBLE[portal.state] > TROUBLE[known.state] ? portal : known;
      byName.set(portal.name, {
        ...worst,
        waiting: portal.waiting + (known?.waiting ?? 0),
        instances: 1 + (known?.instances ?? 0),
        parked: (parked[portal.name] ?? 0) + (known?.parked ?? 0),
      });
    }
  }
  return [...byName.values()].toSorted(
    (left, right) => TROUBLE[right.state] - TROUBLE[left.state] || left.name.localeCompare(right.name, 'en'),
  );
}

const TROUBLE: Record<PortalStatus['state'], number> = { paused: 3, probing: 2, disabled: 1, active: 0 };

function sumOf(numbers: readonly number[]): number {
  return numbers.reduce((sum, number) => sum + number, 0);
}
