/** Reports happenings: one call writes the log line and moves the metric. The only caller of either in the path. */
import { Counter, Gauge, Histogram, Registry } from 'prom-client';
import { GAUGES, type GaugeName } from './gauges.ts';
import type { Happening } from './happening.ts';
import { HAPPENINGS, type HappeningName } from './happenings.ts';

/** The part of a pino logger that is needed here. */
export interface Log {
  readonly level: string;
  isLevelEnabled(level: string): boolean;
  trace(fields: object, message: string): void;
  debug(fields: object, message: string): void;
  info(fields: object, message: string): void;
  warn(fields: object, message: string): void;
  error(fields: object, message: string): void;
}

export type Fields = Readonly<Record<string, unknown>>;

export interface Telemetry {
  /**
   * Reports a happening. Labels are taken from the fields of the same names; `seconds` feeds the histogram. `counted`
   * leaves out the log line: it repeats what the log says already.
   */
  happened(name: HappeningName, fields?: Fields, told?: 'logged' | 'counted'): void;
  /** Registers a value that is read whenever metrics are scraped. */
  gauge(name: GaugeName, read: () => readonly Sample[]): void;
  /** Current count of a happening, over all labels or those that fit. */
  count(name: HappeningName, labels?: Readonly<Record<string, string>>): Promise<number>;
  /** Values that a label of a happening's counter has had. */
  labelValues(name: HappeningName, label: string): Promise<readonly string[]>;
  /** Prometheus text exposition. */
  exposition(): Promise<string>;
}

export interface Sample {
  readonly labels: Readonly<Record<string, string>>;
  readonly value: number;
}

export const METRIC_PREFIX = 'callmatch_';
/** From a fast answer on the loopback to a call that waited for its portal. */
const SECONDS = [0.005, 0.01, 0.025, 0.05, 0.1, 0.25, 0.5, 1, 2.5, 5, 10, 30, 60, 300, 1800];

/**
 * Portals with buckets of their own: the first so many to have a value. A histogram takes 18 series of each; those of
 * ten thousand would stop the process for seconds at every scrape.
 */
export const MOST_PORTALS_WITH_BUCKETS = 100;
const OTHER_PORTALS = 'other';

export function createTelemetry(log: Log): Telemetry {
  const registry = new Registry();
  const meters = new Map<HappeningName, Meter>();
  for (const [name, happening] of entries()) meters.set(name, createMeter(happening, registry));

  return {
    happened(name, fields = {}, told = 'logged') {
      meters.get(name)?.move(fields);
      if (told === 'counted') return;
      const happening: Happening = HAPPENINGS[name];
      if (happening.level !== 'off' && log.isLevelEnabled(happening.level))
        log[happening.level](fields, happening.message);
    },
    gauge(name, read) {
      const { help, labels } = GAUGES[name];
      new Gauge({
        name: METRIC_PREFIX + name,
        help,
        labelNames: [...labels],
        registers: [registry],
        collect() {
          this.reset();
          for (const sample of read()) this.set({ ...sample.labels }, sample.value);
        },
      });
    },
    async count(name, labels = {}) {
      const values = (await meters.get(name)?.counter?.get())?.values ?? [];
      const fits = values.filter((value) =>
        Object.entries(labels).every(([label, wanted]) => value.labels[label] === wanted),
      );
      return fits.reduce((sum, value) => sum + value.value, 0);
    },
    async labelValues(name, label) {
      const values = (await meters.get(name)?.counter?.get())?.values ?? [];
      return [...new Set(values.flatMap(({ labels }) => (labels[label] === undefined ? [] : String(labels[label]))))];
    },
    exposition: () => registry.metrics(),
  };
}

interface Meter {
  readonly counter: Counter | undefined;
  move(fields: Fields): void;
}

function createMeter(happening: Happening, registry: Registry): Meter {
  const registers = [registry];
  const { counter: count, histogram: observe } = happening;
  const counter = count && new Counter({ ...metric(count), registers });
  const histogram = observe && new Histogram({ ...metric(observe), buckets: SECONDS, registers });
  const withBuckets = new Set<string>();
  const bounded = (labels: Record<string, string>): Record<string, string> => {
    const { portal } = labels;
    if (portal === undefined || withBuckets.has(portal)) return labels;
    if (withBuckets.size === MOST_PORTALS_WITH_BUCKETS) return { ...labels, portal: OTHER_PORTALS };
    withBuckets.add(portal);
    return labels;
  };
  return {
    counter,
    move(fields) {
      if (counter && count) counter.inc(labelsOf(count.labels, fields));
      if (histogram && observe && typeof fields.seconds === 'number') {
        histogram.observe(bounded(labelsOf(observe.labels, fields)), fields.seconds);
      }
    },
  };
}

function metric(definition: { name: string; help: string; labels: readonly string[] }) {
  return { name: METRIC_PREFIX + definition.name, help: definition.help, labelNames: [...definition.labels] };
}

function labelsOf(names: readonly string[], fields: Fields): Record<string, string> {
  const labels: Record<string, string> = {};
  for (const name of names) labels[name] = String(fields[name] ?? 'none');
  return labels;
}

function entries(): [HappeningName, Happening][] {
  // Object.entries widens the keys of a const table to string.
  return Object.entries(HAPPENINGS) as [HappeningName, Happening][];
}
