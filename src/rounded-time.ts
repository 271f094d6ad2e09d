/** A length of time for people. Pure. */

const UNITS = [
  ['d', 86_400_000],
  ['h', 3_600_000],
  ['min', 60_000],
  ['s', 1_000],
] as const;

/** The two largest units of a time in milliseconds, rounded up: `2 h 32 min`; `0 s` below a millisecond. */
export function roundedTime(ms: number): string {
  const first = UNITS.findIndex(([, length]) => ms >= length);
  const [unit, length] = UNITS[first] ?? ['s', 1_000];
  const [finer, step] = UNITS[first + 1] ?? [];
  if (first < 0 || step === undefined) return `${Math.ceil(ms / length)} ${unit}`;
  const steps = Math.ceil(ms / step);
  const whole = Math.floor((steps * step) / length);
  const rest = steps - (whole * length) / step;
  return rest === 0 ? `${whole} ${unit}` : `${whole} ${unit} ${rest} ${finer}`;
}
