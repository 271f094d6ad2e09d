/** What a benchmark measured: one number, and what it is compared with in the same run. */
export interface Figure {
  readonly name: string;
  readonly value: number;
  readonly unit: string;
  /** The same measure of the baseline. */
  readonly baseline?: number;
  readonly ratio?: number;
}

export interface Benchmark {
  /** Names of the figures it gives; `--only` takes one of them. */
  readonly names: readonly string[];
  run(progress: (text: string) => void): Promise<readonly Figure[]>;
}

export function median(values: readonly number[]): number {
  const sorted = [...values].sort((a, b) => a - b);
  return sorted[Math.floor(sorted.length / 2)] ?? Number.NaN;
}

/** The value at a share between 0 and 1 of the sorted values. */
export function quantile(values: readonly number[], share: number): number {
  const sorted = [...values].sort((a, b) => a - b);
  return sorted[Math.min(sorted.length - 1, Math.floor(sorted.length * share))] ?? Number.NaN;
}

/** One object a line for scripts. */
export function toJson({ name, value, unit, baseline, ratio }: Figure): string {
  return JSON.stringify({ name, value: rounded(value), unit, baseline: rounded(baseline), ratio: rounded(ratio) });
}

/** A table for people. */
export function toTable(figures: readonly Figure[]): string {
  const rows = figures.map((figure) => [
    figure.name,
    `${rounded(figure.value)} ${figure.unit}`,
    figure.baseline === undefined ? '' : `${rounded(figure.baseline)} ${figure.unit}`,
    figure.ratio === undefined ? '' : String(rounded(figure.ratio)),
  ]);
  const table = [['figure', 'callmatch', 'baseline', 'ratio'], ...rows];
  const widths = [0, 1, 2, 3].map((column) => Math.max(...table.map((row) => row[column]?.length ?? 0)));
  return table
    .map((row) =>
      row
        .map((cell, column) => cell.padEnd(widths[column] ?? 0))
        .join('  ')
        .trimEnd(),
    )
    .join('\n');
}

function rounded(value: number | undefined): number | undefined {
  if (value === undefined) return undefined;
  return Math.abs(value) >= 100 ? Math.round(value) : Number(value.toPrecision(3));
}
