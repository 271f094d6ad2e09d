import type { Random } from './random.ts';
import { durationMs, textSetting } from './setting.ts';

/** How long an answer takes, drawn evenly between two bounds, both in milliseconds. */
export interface Latency {
  readonly fromMs: number;
  readonly toMs: number;
}

export const NO_LATENCY: Latency = { fromMs: 0, toMs: 0 };

const SYNTAX = 'a latency such as 80ms, or a range such as 60-120ms';

/** Reads `80ms`, `1s`, or a range `60-120ms`. */
export const latencySetting = textSetting((text): Latency | undefined => {
  const [, from, to, unit] = /^(\d+)(?:-(\d+))?(ms|s)$/.exec(text) ?? [];
  const fromMs = durationMs(`${from}${unit}`);
  const toMs = durationMs(`${to ?? from}${unit}`);
  return fromMs === undefined || toMs === undefined || toMs < fromMs ? undefined : { fromMs, toMs };
}, SYNTAX);

/** The delay of one answer, in milliseconds. */
export function drawLatency({ fromMs, toMs }: Latency, random: Random): number {
  return fromMs === toMs ? fromMs : fromMs + random() * (toMs - fromMs);
}
