import { describe, expect, it } from 'vitest';
import { trialConfig } from '../../../src/trial/trial-config.ts';

describe('the configuration of a trial', () => {
  it('has one source, as it was said, and one portal', () => {
    const source = { mapping: { name: 'asterisk', parameters: { system: 'a' } }, defaultCountry: 'CH' };
    const { sources, portals, admit } = trialConfig({ source, admit: { nonFinal: true } });
    expect(sources).toMatchObject([{ ...source, topic: 'trial', format: 'auto' }]);
    expect(Object.keys(portals)).toEqual(['main']);
    expect(admit.nonFinal).toBe(true);
  });

  it('tells every mistake in the settings', () => {
    const settings = { source: { defaultCountry: 'Swiss', mapping: '' } };
    expect(() => trialConfig(settings)).toThrow(/2 mistakes:\n.*mapping.*\n.*defaultCountry/);
  });
});
