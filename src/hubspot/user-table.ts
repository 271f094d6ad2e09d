/** HubSpot user ids by what sources call their agents: an e-mail address, an extension, a login. Pure. */

const GREATEST_INT32 = 2 ** 31 - 1;

/** An agent and the HubSpot user that he is; not the owner, whose id is another. */
export type UserEntry = readonly [agent: string, userId: number];

export interface UserTable {
  /** The user of an agent; undefined when nobody is known by that name. */
  find(agent: string): number | undefined;
  /** Names in the table. */
  readonly size: number;
}

/** Two names with one key are one agent: neither case nor blanks around tell people apart. */
export function agentKey(name: string): string {
  return name.trim().toLowerCase();
}

/** Of equal names the first one counts. What is no user id (an int32 from 1 on), and a blank name, is left out. */
export function createUserTable(entries: Iterable<UserEntry>): UserTable {
  const users = new Map<string, number>();
  for (const [agent, userId] of entries) {
    const key = agentKey(agent);
    const isUser = Number.isInteger(userId) && userId > 0 && userId <= GREATEST_INT32;
    if (isUser && key !== '' && !users.has(key)) users.set(key, userId);
  }
  return { find: (agent) => users.get(agentKey(agent)), size: users.size };
}
