/** Settings of a portal's users: which HubSpot user an agent is. */
import { z } from 'zod';
import { duration, formed } from './scalar.ts';

/** `__proto__` is no key of its own. */
const agentName = formed(
  /^(?!__proto__$)\S(.*\S)?$/,
  'a name without blanks around it: an e-mail address, an extension, a login',
);

const userId = z
  .int()
  .min(1)
  .max(2 ** 31 - 1);

const table = z
  .record(agentName, userId)
  .default({})
  .superRefine((entries, context) => {
    const seen = new Set<string>();
    for (const name of Object.keys(entries)) {
      const key = name.toLowerCase();
      const message = 'a name that stands here once: case does not matter';
      if (seen.has(key)) context.addIssue({ code: 'custom', path: [name], message });
      seen.add(key);
    }
  })
  .describe('HubSpot user ids of agents, by what the source calls them; case does not matter.')
  .meta({ entryName: 'alice@example.com' });

export const users = z
  .strictObject({
    table,
    sync: z
      .enum(['none', 'owners'])
      .default('none')
      .describe(
        'Where e-mail addresses are looked for that are not in the table: nowhere, or among the owners of the account.',
      ),
    refresh: duration('1h').describe('Age from which on the owners are read anew; a minute at least.'),
  })
  .prefault({})
  .describe('Which HubSpot users the agents of a source are.');
