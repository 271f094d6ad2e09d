/** The figures of a chaos run, in the form of the benchmarks. Pure. */
import type { Figure } from '../bench/figure.ts';
import type { ChaosResult } from './chaos.ts';

/** Findings of one kind that are shown in full. */
const SHOWN = 10;

export function figuresOf(seed: number, result: ChaosResult): Figure[] {
  const { verdict, deeds, faults } = result;
  const figure = (name: string, value: number, unit: string): Figure => ({ name: `chaos-${name}`, value, unit });
  return [
    ...verdict.findings.map(({ name, count, unit }) => figure(name, count, unit)),
    figure('repeated', verdict.repeated, 'outcomes'),
    figure('extra-engagements', verdict.extraEngagements, 'engagements'),
    figure('in-doubt', result.inDoubt, 'calls'),
    figure('calls', result.records, 'calls'),
    figure('kills', deeds.kills, 'times'),
    figure('freezes', deeds.freezes, 'times'),
    figure('joins', deeds.joins, 'times'),
    figure('leaves', deeds.leaves, 'times'),
    figure('unclean-leaves', deeds.uncleanLeaves, 'times'),
    figure('broker-restarts', deeds.brokerRestarts, 'times'),
    figure('exits', result.exits, 'times'),
    figure('faults', faults.all, 'requests'),
    figure('faults-after-writing', faults.afterWriting, 'requests'),
    figure('searches', result.searches, 'requests'),
    figure('commits-checked', result.looks, 'times'),
    figure('slowest-recovery', result.longestSilence / 1_000, 's'),
    figure('duration', result.duration / 1_000, 's'),
    figure('seed', seed, ''),
  ];
}

/** One line for each broken promise, the first few of a kind; empty when all were kept. */
export function brokenPromises({ verdict }: Pick<ChaosResult, 'verdict'>): string[] {
  return verdict.findings.flatMap(({ name, broken }) => {
    const rest = broken.length - SHOWN;
    return [
      ...broken.slice(0, SHOWN).map((sentence) => `${name}: ${sentence}`),
      ...(rest > 0 ? [`${name}: and ${rest} more`] : []),
    ];
  });
}

/** A table for people. */
export function toTable(figures: readonly Figure[]): string {
  const width = Math.max(...figures.map(({ name }) => name.length));
  return figures.map(({ name, value, unit }) => `${name.padEnd(width)}  ${round(value)} ${unit}`.trimEnd()).join('\n');
}

function round(value: number): number {
  return Math.round(value * 10) / 10;
}
