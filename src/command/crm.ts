/** `callmatch crm`: the CRM simulator on its own. */
import { once } from 'node:events';
import { Command, InvalidArgumentError } from 'commander';
import { type Crm, startCrm } from '../crm/server.ts';
import { durationMs } from '../crm/setting.ts';
import { withExamples } from './help.ts';
import { listenForStop } from './stop-signal.ts';

interface Flags {
  readonly host: string;
  readonly port: number;
  readonly seed?: string;
  readonly store?: string;
  readonly keep: number;
  readonly quota?: string;
  readonly latency?: string;
  readonly searchLag: number;
  readonly tokenLifetime?: number;
  readonly json?: boolean;
}

const LOOPBACK = /^(localhost|127(\.\d+){3}|::1)$/;

function duration(text: string): number {
  const ms = durationMs(text);
  if (ms === undefined) throw new InvalidArgumentError('Write a duration such as 250ms, 2s, 10m or 24h.');
  return ms;
}

function integer(from: number, to: number): (text: string) => number {
  return (text) => {
    const value = /^\d+$/.test(text) ? Number(text) : Number.NaN;
    if (!(value >= from && value <= to)) throw new InvalidArgumentError(`Write an integer from ${from} to ${to}.`);
    return value;
  };
}

/** What a client needs to know: the address, and the way into the first portal. The tokens open nothing real. */
function firstLine({ url, portals }: Crm, json: boolean): string {
  const [first, ...others] = portals;
  if (json) return JSON.stringify({ url, portal: first?.name, hubId: first?.hubId, token: first?.token });
  const more = others.length === 0 ? '' : `; ${others.length} more portals`;
  return `CRM simulator: ${url} (portal ${first?.name}, hub ${first?.hubId}, token ${first?.token}${more})`;
}

async function run({ json = false, searchLag, tokenLifetime, ...options }: Flags): Promise<void> {
  using stop = listenForStop();
  const lifetime = tokenLifetime === undefined ? {} : { tokenLifetimeMs: tokenLifetime };
  await using crm = await startCrm({ ...options, ...lifetime, searchLagMs: searchLag });
  process.stdout.write(`${firstLine(crm, json)}\n`);
  if (!LOOPBACK.test(options.host)) {
    const warning = `Listening on ${options.host}: whoever reaches it reaches /_sim/ too, which asks for no token.`;
    process.stderr.write(`${warning}\n`);
  }
  if (!stop.signal.aborted) await once(stop.signal, 'abort');
}

/** The command `crm`. Runs until SIGINT or SIGTERM. */
export function crmCommand(): Command {
  const command = new Command('crm')
    .description("Serves a simulated CRM: HubSpot's inbound-call, call search, owners and token endpoints.")
    .option('--host <address>', 'address to listen on; 0.0.0.0 lets other machines in', '127.0.0.1')
    .option('--port <number>', 'port to listen on; 0 for any free one', integer(0, 65_535), 8090)
    .option('--seed <file>', 'portals, contacts, companies and owners (YAML or JSON) instead of the built-in ones')
    .option('--store <file>', 'keep engagements in a SQLite file')
    .option('--keep <number>', 'how many engagements are kept: the newest', integer(1, 100_000_000), 1_000_000)
    .option('--quota <quota>', 'quota of every portal: rolling:110/10s, fixed:100/10s, daily:250000 or none')
    .option('--latency <duration>', 'delay of every answer: 80ms, or a range such as 60-120ms')
    .option('--search-lag <duration>', 'how long the search does not find a new engagement', duration, 2000)
    .option('--token-lifetime <duration>', 'lifetime of access tokens, such as 30m', duration)
    .option('--json', 'print address and token as JSON')
    .action(run);
  return withExamples(command, [
    ['Try callmatch against it', 'callmatch crm'],
    ['Take load: no quota, answers as slow as real ones', 'callmatch crm --quota none --latency 60-120ms'],
    ['In a container, with engagements that outlive it', 'callmatch crm --host 0.0.0.0 --store /data/crm.sqlite'],
  ]);
}
