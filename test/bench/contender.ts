/** A process under measurement, and the parts around it: stack, CRM simulator, topics, records. */
import { type ChildProcess, spawn } from 'node:child_process';
import { EventEmitter, on, once } from 'node:events';
import { createInterface } from 'node:readline';
import { fileURLToPath } from 'node:url';
import { startStack } from '../../src/dev/stack.ts';
import { createKafkaClient, type KafkaClient } from '../../src/kafka/client.ts';

const script = (path: string) => fileURLToPath(new URL(path, import.meta.url));

export interface Arena extends AsyncDisposable {
  readonly brokers: readonly string[];
  readonly registryUrl: string;
  readonly crmUrl: string;
  readonly kafka: KafkaClient;
}

export interface ArenaOptions {
  /** Of the simulator. Default: it answers at once. */
  readonly latency?: string;
  /** Of every portal of the simulator. Default: none. */
  readonly quota?: string;
  /** File with the simulator's portals. */
  readonly seed?: string;
}

export async function openArena(
  progress: (text: string) => void,
  { latency = '0ms', quota = 'none', seed }: ArenaOptions = {},
): Promise<Arena> {
  await using parts = new AsyncDisposableStack();
  const stack = parts.use(await startStack({ onProgress: progress }));
  const crm = parts.use(
    run(CALLMATCH, [
      ...['crm', '--port', '0', '--quota', quota, '--latency', latency, '--json'],
      ...(seed === undefined ? [] : ['--seed', seed]),
    ]),
  );
  const { url } = JSON.parse(await crm.firstLine);
  const kafka = await createKafkaClient(
    {
      brokers: [...stack.brokers],
      clientId: 'bench',
      groupId: 'bench',
      startFrom: 'earliest',
      onOffsetLost: 'stop',
      sessionTimeout: 10_000,
    },
    () => {},
  );
  const owned = parts.move();
  return {
    brokers: stack.brokers,
    registryUrl: stack.registryUrl,
    crmUrl: String(url),
    kafka,
    [Symbol.asyncDispose]: () => owned.disposeAsync(),
  };
}

export interface Contender extends AsyncDisposable {
  readonly firstLine: Promise<string>;
  /** When (`performance.now`) it writes the next line with that text. */
  line(text: string): Promise<number>;
  /** Lines written so far. */
  readonly written: () => number;
  readonly process: ChildProcess;
}

/** As package.json and the image start it. */
export const CALLMATCH = '../../bin/callmatch.js';

/**
 * Starts a script in a process of its own; ends it with SIGTERM.
 * @param flags of Node
 */
export function run(path: string, args: readonly string[], flags: readonly string[] = []): Contender {
  const child = spawn(process.execPath, [...flags, script(path), ...args], { stdio: ['ignore', 'pipe', 'inherit'] });
  const exited = once(child, 'exit');
  const lines = new EventEmitter();
  let count = 0;
  createInterface({ input: child.stdout }).on('line', (line) => {
    count += 1;
    lines.emit('line', line);
  });
  const line = async (text: string): Promise<number> => {
    for await (const [written] of on(lines, 'line')) if (String(written).includes(text)) return performance.now();
    return Number.NaN;
  };
  const firstLine = once(lines, 'line').then(([written]) => String(written));
  return {
    process: child,
    firstLine,
    line,
    written: () => count,
    async [Symbol.asyncDispose]() {
      if (child.exitCode === null && child.signalCode === null) child.kill('SIGTERM');
      await exited;
    },
  };
}

/** Requests to the endpoint that the simulator has accepted since it was reset. */
export async function acceptedCalls(crmUrl: string): Promise<number> {
  const answer = await fetch(`${crmUrl}/_sim/stats`);
  const stats: unknown = await answer.json();
  if (typeof stats !== 'object' || stats === null || !('engagements' in stats)) throw new Error('strange /_sim/stats');
  return Number(stats.engagements);
}
