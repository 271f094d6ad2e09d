/**
 * `npm run bench`: figures as a table; `-- --json` one object a line; `-- --only NAME` one benchmark.
 * Every figure is a ratio within this run: the machine's own speed cancels out.
 */
import { parseArgs } from 'node:util';
import type { Benchmark } from './figure.ts';
import { toJson, toTable } from './figure.ts';
import { handOver } from './hand-over.ts';
import { isolation } from './isolation.ts';
import { lanes } from './lanes.ts';
import { latency } from './latency.ts';
import { mapping } from './mapping.ts';
import { ordering } from './ordering.ts';
import { outage } from './outage.ts';
import { portals } from './portals.ts';
import { quota } from './quota.ts';
import { replay } from './replay.ts';
import { throughput } from './throughput.ts';

const BENCHMARKS: readonly Benchmark[] = [
  mapping,
  ordering,
  throughput,
  latency,
  handOver,
  outage,
  portals,
  isolation,
  ...quota,
  lanes,
  replay,
];

const { values } = parseArgs({
  options: { json: { type: 'boolean', default: false }, only: { type: 'string' } },
});
const known = BENCHMARKS.flatMap(({ names }) => names);
if (values.only !== undefined && !known.includes(values.only)) {
  process.stderr.write(`--only takes one of: ${known.join(', ')}\n`);
  process.exit(2);
}

const progress = (text: string) => process.stderr.write(`${text}\n`);
const figures = [];
for (const benchmark of BENCHMARKS) {
  const { only } = values;
  if (only !== undefined && !benchmark.names.includes(only)) continue;
  for (const figure of await benchmark.run(progress)) {
    if (only !== undefined && figure.name !== only) continue;
    figures.push(figure);
    if (values.json) process.stdout.write(`${toJson(figure)}\n`);
  }
}
if (!values.json) process.stdout.write(`${toTable(figures)}\n`);
