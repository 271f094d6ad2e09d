/** A record as a trial is given it. */
import type { SourceBytes } from '../../src/outcome/dead-letter.ts';
import { createTrial, type Trial, type TrialEnd, type TrialSchemas } from '../../src/trial/trial.ts';
import { TRIAL_TOPIC, type TrialSettings, trialConfig } from '../../src/trial/trial-config.ts';

export const RECORD_TIME = Date.UTC(2026, 0, 15, 12);

export function trialRecord(value: string | Buffer | object | null, changes: Partial<SourceBytes> = {}): SourceBytes {
  const bytes = value === null || Buffer.isBuffer(value) ? value : Buffer.from(textOf(value));
  const place = { topic: TRIAL_TOPIC, partition: 0, offset: 0, timestamp: RECORD_TIME };
  return { ...place, key: null, value: bytes, headers: {}, ...changes };
}

const textOf = (value: string | object) => (typeof value === 'string' ? value : JSON.stringify(value));

/** No schema is known. */
export const NO_SCHEMAS: TrialSchemas = { get: () => 'unknown', load: async () => {} };

/** A trial with one source, without a configuration. */
export function openTrial(settings: TrialSettings = { source: {} }): Promise<Trial> {
  return createTrial(trialConfig(settings), NO_SCHEMAS);
}

/** The ends of records, one after the other. */
export async function endsOf(trial: Trial, ...values: (string | Buffer | object | null)[]): Promise<TrialEnd['end'][]> {
  const ends: TrialEnd[] = [];
  for (const [offset, value] of values.entries()) ends.push(...(await trial.take(trialRecord(value, { offset }))));
  return [...ends, ...trial.close()].map(({ end }) => end);
}
