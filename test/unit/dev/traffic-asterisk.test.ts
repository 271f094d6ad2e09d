import { expect, it } from 'vitest';
import { asteriskScenarios } from '../../../src/dev/traffic-asterisk.ts';
import { createWitness, mappedEnd, scene } from '../../support/scene.ts';

it('says of every record what decoding and mapping really make of it', async () => {
  const witness = await createWitness('asterisk', 'CH', { timeZone: 'Europe/Zurich', mainNumber: '+41445550100' });
  const variants = Array.from({ length: 12 }, (_, n) => scene(n));
  const records = asteriskScenarios.flatMap((scenario) => variants.flatMap((variant) => scenario.records(variant)));
  expect(records.map(witness)).toEqual(records.map(({ end }) => mappedEnd(end)));
});
