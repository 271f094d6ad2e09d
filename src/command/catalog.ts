/**
 * Every command, with the line that `callmatch --help` shows of it. A command's own file is loaded only when it is
 * asked for: the help is there at once, and `dev` may import what it likes.
 */
import type { Command } from 'commander';

export interface CatalogEntry {
  readonly name: string;
  readonly summary: string;
  readonly group: 'Service:' | 'Set-up:' | 'Operation:';
  load(): Promise<Command>;
}

export const CATALOG: readonly CatalogEntry[] = [
  {
    name: 'run',
    group: 'Service:',
    summary: 'read call records, submit the calls to HubSpot, publish who called',
    load: async () => (await import('./run.ts')).runCommand(),
  },
  {
    name: 'dev',
    group: 'Service:',
    summary: 'try it all on this machine: broker, registry, CRM simulator and the service',
    load: async () => (await import('./dev.ts')).devCommand(),
  },
  {
    name: 'crm',
    group: 'Service:',
    summary: 'serve a simulated HubSpot, for trials and load tests',
    load: async () => (await import('./crm.ts')).crmCommand(),
  },
  {
    name: 'config',
    group: 'Set-up:',
    summary: 'check the configuration, or print its JSON Schema',
    load: async () => (await import('./config.ts')).configCommand(),
  },
  {
    name: 'mapping',
    group: 'Set-up:',
    summary: 'list, show, try and test mappings of call records',
    load: async () => (await import('./mapping.ts')).mappingCommand(),
  },
  {
    name: 'topics',
    group: 'Set-up:',
    summary: 'create the topics that are missing',
    load: async () => (await import('./topics.ts')).topicsCommand(),
  },
  {
    name: 'schemas',
    group: 'Set-up:',
    summary: 'register the schema of the outcomes, or check it',
    load: async () => (await import('./schemas.ts')).schemasCommand(),
  },
  {
    name: 'preview',
    group: 'Operation:',
    summary: 'say what would become of records that are there, without sending anything',
    load: async () => (await import('./preview.ts')).previewCommand(),
  },
  {
    name: 'status',
    group: 'Operation:',
    summary: 'show the backlog, portals in trouble, and what each instance is doing',
    load: async () => (await import('./status.ts')).statusCommand(),
  },
  {
    name: 'outcome',
    group: 'Operation:',
    summary: 'say what became of one call',
    load: async () => (await import('./outcome.ts')).outcomeCommand(),
  },
  {
    name: 'tail',
    group: 'Operation:',
    summary: 'follow the outcomes as they come',
    load: async () => (await import('./tail.ts')).tailCommand(),
  },
  {
    name: 'replay',
    group: 'Operation:',
    summary: 'read a range once more, and submit what has no engagement yet',
    load: async () => (await import('./replay.ts')).replayCommand(),
  },
  {
    name: 'dlq',
    group: 'Operation:',
    summary: 'list, show, redrive or purge the calls that could not be done',
    load: async () => (await import('./dlq.ts')).dlqCommand(),
  },
  {
    name: 'parked',
    group: 'Operation:',
    summary: 'list the calls that wait for their portal',
    load: async () => (await import('./parked.ts')).parkedCommand(),
  },
  {
    name: 'offsets',
    group: 'Operation:',
    summary: 'show where the consumer group stands, move it, or take a move back',
    load: async () => (await import('./offsets.ts')).offsetsCommand(),
  },
];
