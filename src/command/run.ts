/** `callmatch run`: the service. */

import { once } from 'node:events';
import { Command } from 'commander';
import { systemClock } from '../clock.ts';
import { secretsOf } from '../config/secrets.ts';
import { createKnownSecrets } from '../ops/known-secrets.ts';
import { createLogger } from '../ops/logger.ts';
import { MASK } from '../ops/masking.ts';
import { startProcessor } from '../processor.ts';
import { configOf, configRequestOf, withConfigOptions } from './config-options.ts';
import { withExamples } from './help.ts';
import { holdHangUps, keepPortalsCurrent } from './portal-reload.ts';
import { listenForStop } from './stop-signal.ts';

export function runCommand(): Command {
  const command = new Command('run')
    .description(
      'Reads call records from the source topics, submits the inbound calls to HubSpot within the quota, and publishes ' +
        'who called. SIGTERM or SIGINT drains: what is on the wire ends, offsets are committed, exit 0. SIGHUP reads the ' +
        'portals again.',
    )
    .option('--json', 'log JSON, also on a terminal')
    .action(async ({ json }: { json?: boolean }, command: Command) => {
      using hangUps = holdHangUps();
      const loaded = await configOf(command);
      const { config } = loaded;
      const secrets = createKnownSecrets(MASK);
      secrets.add(secretsOf(config));
      const settings = json ? { ...config.log, format: 'json' as const } : config.log;
      const log = createLogger(settings, { destination: process.stdout, secrets });
      using stop = listenForStop();
      const processor = await startProcessor(config, log);
      const { telemetry } = processor;
      const request = { ...configRequestOf(command), known: new Map() };
      using portals = keepPortalsCurrent({ request, loaded, processor, telemetry, secrets, clock: systemClock });
      if (hangUps.hasCome) void portals.reload();
      const stopped = stop.signal.aborted ? Promise.resolve() : once(stop.signal, 'abort');
      try {
        await Promise.race([stopped, processor.failed]);
      } finally {
        await processor.stop();
      }
    });
  return withExamples(withConfigOptions(command), [
    ['Run with ./callmatch.yaml', 'callmatch run'],
    ['Another file, and a setting of it changed', 'callmatch run --config /etc/callmatch.yaml --set log.level=debug'],
  ]);
}
