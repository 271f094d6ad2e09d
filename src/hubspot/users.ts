/**
 * Who took a call and who was rung, as HubSpot users: by the table of the configuration, then by what HubSpot knows.
 * An agent that nobody knows is left out and counted; no call fails or waits long for him.
 */
import type { Call } from '../cdr/call.ts';
import type { Clock } from '../clock.ts';
import { createUserSync } from './user-sync.ts';
import { agentKey, createUserTable, type UserEntry } from './user-table.ts';

export interface UserSettings {
  /** HubSpot user ids by e-mail address, extension or any name that a source gives its agents. */
  readonly table: Readonly<Record<string, number>>;
  /** Whether agents that are not in the table are looked for among the owners of the account, by e-mail address. */
  readonly sync: 'none' | 'owners';
  /** Age of the synced users, milliseconds, from which on they are read anew. */
  readonly refresh: number;
}

/** What happens on the way from agents to users; for logs and metrics. */
export interface UserEvents {
  /** A call named an agent that is no user. */
  agentUnknown(portal: string, agent: string): void;
  usersSynced(portal: string, users: number, ms: number): void;
  /** The owners could not be read; what was read before is used further. */
  usersNotSynced(portal: string, error: unknown, isRepeated: boolean): void;
}

export interface Users {
  /**
   * The call with the user ids of its agents. Ids that the source gives itself stay. A promise only while the first
   * sync of the portal is waited for; never rejects.
   */
  attribute(call: Call): Call | Promise<Call>;
}

/** Looks a user up by the name of an agent. */
export type FindUser = (agent: string) => number | undefined;

export interface UsersParts {
  /** Reads all users of the account. Never called with `sync: none`. */
  readonly read: () => Promise<readonly UserEntry[]>;
  readonly clock: Clock;
  readonly events: UserEvents;
}

export function createUsers(portal: string, settings: UserSettings, { read, clock, events }: UsersParts): Users {
  const own = createUserTable(Object.entries(settings.table));
  if (own.size === 0 && settings.sync === 'none') return { attribute: (call) => call };
  const sync =
    settings.sync === 'none'
      ? undefined
      : createUserSync(settings.refresh, {
          read,
          clock,
          synced: (users, ms) => events.usersSynced(portal, users, ms),
          failed: (error, isRepeated) => events.usersNotSynced(portal, error, isRepeated),
        });

  const conclude = (call: Call): Call => {
    const synced = sync?.table();
    const found = attributed(call, (agent) => own.find(agent) ?? synced?.find(agent));
    for (const agent of found.unknown) events.agentUnknown(portal, agent);
    return found.call;
  };

  return {
    attribute(call) {
      if (sync === undefined) return conclude(call);
      if (agentsToFind(call).every((agent) => own.find(agent) !== undefined)) return attributed(call, own.find).call;
      sync.table();
      return sync.first === undefined ? conclude(call) : sync.first.then(() => conclude(call));
    },
  };
}

/** The call with the users of its agents, and the agents that are none; each once. Pure. */
export function attributed(call: Call, find: FindUser): { call: Call; unknown: readonly string[] } {
  const agents = agentsToFind(call);
  if (agents.length === 0) return { call, unknown: [] };
  const userId = call.userId ?? (call.agent === undefined ? undefined : find(call.agent));
  const potentialRecipientUserIds =
    call.potentialRecipientUserIds.length > 0
      ? call.potentialRecipientUserIds
      : [...new Set(call.agents.flatMap((agent) => find(agent) ?? []))];
  const unknown = new Map(agents.filter((agent) => find(agent) === undefined).map((agent) => [agentKey(agent), agent]));
  return {
    call: { ...call, ...(userId !== undefined && { userId }), potentialRecipientUserIds },
    unknown: [...unknown.values()],
  };
}

/** Agents of whom the source does not give the user ids itself. */
function agentsToFind({ agent, agents, userId, potentialRecipientUserIds }: Call): readonly string[] {
  const rung = potentialRecipientUserIds.length > 0 ? [] : agents;
  return agent === undefined || userId !== undefined ? rung : [agent, ...rung];
}
