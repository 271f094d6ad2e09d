/** The configuration of a trial that has none: one source, one portal, all else by default. */
import { checkConfig } from '../config/load.ts';
import { configInvalid } from '../config/problem.ts';
import type { Config, ConfigInput } from '../config/schema.ts';

/** Topic of the records of a trial without a configuration. */
export const TRIAL_TOPIC = 'trial';

type SourceInput = Omit<NonNullable<ConfigInput['sources']>[number], 'topic'>;

export interface TrialSettings {
  /** As in `sources[]`. */
  readonly source: SourceInput;
  /** As in the configuration. */
  readonly admit?: ConfigInput['admit'];
}

/** Throws `config-invalid` with every mistake in the settings. */
export function trialConfig({ source, admit }: TrialSettings): Config {
  const input = {
    sources: [{ ...source, topic: TRIAL_TOPIC }],
    // Never used: a trial sends nothing.
    portals: { main: { token: 'unused' } },
    ...(admit !== undefined && { admit }),
  };
  const reading = { input, origins: new Map(), file: undefined, problems: [], note: undefined };
  const { config, problems } = checkConfig(reading);
  if (config === undefined) throw configInvalid(problems);
  return config;
}
