/** The portals of a configuration without credentials, quotas and connections: whose a call is, and what is set on it. */
import type { Call } from '../cdr/call.ts';
import type { PortalConfig } from '../config/schema.ts';
import type { EngagementSettings } from '../hubspot/inbound-call.ts';
import { createUserTable } from '../hubspot/user-table.ts';
import { attributed } from '../hubspot/users.ts';
import { createPortalIndex } from '../routing/portal-index.ts';
import type { Directory } from '../routing/route.ts';
import type { PortalOfSource } from '../source-stages.ts';

export interface TrialPortal {
  readonly name: string;
  readonly hubId: number | undefined;
  readonly engagement: EngagementSettings;
  /** The call with the user ids of its agents, as far as the table of the configuration has them. */
  attribute(call: Call): Call;
}

export function createTrialPortals(
  portals: Readonly<Record<string, PortalConfig>>,
): Directory<PortalOfSource<TrialPortal>> {
  const index = createPortalIndex(portals);
  const entries = new Map(Object.entries(portals).map(([name, settings]) => [name, entryOf(name, settings)]));
  const entry = (name: string | undefined) => (name === undefined ? undefined : entries.get(name));
  return { named: (text) => entry(index.named(text)), numbered: (e164) => entry(index.numbered(e164)) };
}

function entryOf(name: string, settings: PortalConfig): PortalOfSource<TrialPortal> {
  const { hubId, engagement, defaultCountry, users } = settings;
  const table = createUserTable(Object.entries(users.table));
  return {
    defaultCountry,
    portal: { name, hubId, engagement, attribute: (call) => attributed(call, table.find).call },
  };
}
