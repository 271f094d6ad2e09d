import { expect, it } from 'vitest';
import { canonicalScenarios } from '../../../src/dev/traffic-canonical.ts';
import { createWitness, mappedEnd, scene } from '../../support/scene.ts';

it('says of every record what decoding and mapping really make of it', async () => {
  const witness = await createWitness('canonical', 'US');
  const variants = Array.from({ length: 12 }, (_, n) => scene(n));
  const records = canonicalScenarios.flatMap((scenario) => variants.flatMap((variant) => scenario.records(variant)));
  expect(records.map(witness)).toEqual(records.map(({ end }) => mappedEnd(end)));
});
