/**
 * `npm run chaos`: kills, freezes, scales and restarts for some minutes, and shows whether every call came to one end.
 * `-- --seed N` repeats a plan, `--calls N` makes it shorter with as much trouble a minute, `--in-doubt resubmit` sends
 * again unseen, `--logs FOLDER` keeps what the instances say, `--json` prints one figure a line.
 * Exit code 0: all promises held; 4: findings; 1: the run failed.
 */
import { randomInt, randomUUID } from 'node:crypto';
import { mkdtemp, rm } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join, resolve } from 'node:path';
import { parseArgs } from 'node:util';
import { EXIT_CODES } from '../../src/command/exit-code.ts';
import { configSchema } from '../../src/config/schema.ts';
import { startStack } from '../../src/dev/stack.ts';
import { createKafkaClient } from '../../src/kafka/client.ts';
import { toJson } from '../bench/figure.ts';
import { type ChaosSettings, runChaos } from './chaos.ts';
import { brokenPromises, figuresOf, toTable } from './report.ts';

/** The whole of it, as it was promised. */
const CALLS = 20_000;
const COUNTS = { kills: 20, freezes: 5, scalings: 20, brokerRestarts: 2 };
/** So that all calls take as long as the events do. */
const CALLS_PER_SECOND = 75;
const DRAIN_WITHIN_MS = 180_000;
/** Start of the stack and the fleet, and the last leaves, at most. */
const AROUND_MS = 150_000;

const { values } = parseArgs({
  options: {
    seed: { type: 'string', default: String(randomInt(1, 2 ** 31)) },
    calls: { type: 'string', default: String(CALLS) },
    'in-doubt': { type: 'string', default: 'verify' },
    logs: { type: 'string' },
    json: { type: 'boolean', default: false },
  },
});

const seed = Number(values.seed);
const calls = Number(values.calls);
const inDoubt = values['in-doubt'];
const isCount = (value: number) => Number.isSafeInteger(value) && value > 0;
if (!isCount(seed) || !isCount(calls) || (inDoubt !== 'verify' && inDoubt !== 'resubmit')) {
  process.stderr.write('--seed and --calls take a number above 0, --in-doubt takes verify or resubmit\n');
  process.exit(EXIT_CODES.usage.code);
}

const onProgress = (text: string) => void process.stderr.write(`${text}\n`);
const part = (count: number) => Math.max(1, Math.round((count * calls) / CALLS));
const limit = (calls / CALLS_PER_SECOND) * 1_000 + DRAIN_WITHIN_MS + AROUND_MS;
// Whatever hangs: when this process ends, its children do, too.
setTimeout(() => {
  onProgress(`not finished within ${Math.round(limit / 1_000)} s`);
  process.exit(EXIT_CODES.internal.code);
}, limit).unref();

onProgress(`seed ${seed}`);
await using stack = await startStack({ onProgress });
const broker = stack.way === 'cluster' ? undefined : stack;
const settings: ChaosSettings = {
  kills: part(COUNTS.kills),
  freezes: part(COUNTS.freezes),
  scalings: part(COUNTS.scalings),
  brokerRestarts: broker === undefined ? 0 : part(COUNTS.brokerRestarts),
  seed,
  calls,
  perSecond: CALLS_PER_SECOND,
  partitions: 8,
  instances: 3,
  inDoubt,
  drainWithin: DRAIN_WITHIN_MS,
};

const folder = values.logs === undefined ? await mkdtemp(join(tmpdir(), 'callmatch-chaos-')) : resolve(values.logs);
const { brokers, registryUrl } = stack;
const client = configSchema.shape.kafka.parse({ brokers: [...brokers], clientId: 'chaos' });
const kafka = await createKafkaClient(client, () => {});
const topic = `chaos-${randomUUID().slice(0, 8)}`;
const signal = new AbortController().signal;
const result = await runChaos(
  { brokers, registryUrl, kafka, topic, folder, signal, onProgress, ...(broker && { broker }) },
  settings,
);
const figures = figuresOf(seed, result);
process.stdout.write(values.json ? figures.map((figure) => `${toJson(figure)}\n`).join('') : `${toTable(figures)}\n`);
const broken = brokenPromises(result);
if (broken.length === 0) {
  if (values.logs === undefined) await rm(folder, { recursive: true, force: true });
} else {
  onProgress(`\n${broken.join('\n')}\n\nLogs of the instances: ${folder}. The same plan again: --seed ${seed}`);
  process.exitCode = EXIT_CODES.findings.code;
}
