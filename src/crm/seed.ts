/**
 * The seed: which portals the simulated CRM has, and who is known in them. The format is described for users in
 * docs/simulator.md, and default-seed.yaml is an example of it.
 */
import { readFileSync } from 'node:fs';
import { parse as parseYaml } from 'yaml';
import { z } from 'zod';
import { CallmatchError, messageOf } from '../errors.ts';
import { seedPortals } from './seed-portal.ts';
import { seedCompany, seedContact, seedOwner } from './seed-record.ts';
import { readSetting } from './setting.ts';

const RECORDS = ['contacts', 'companies', 'owners'] as const;

const seedSchema = z
  .strictObject({
    portals: seedPortals,
    contacts: z.array(seedContact).default([]),
    companies: z.array(seedCompany).default([]),
    owners: z.array(seedOwner).default([]),
  })
  // What follows a transform is left out where there are mistakes already.
  .transform((seed) => seed)
  .superRefine((seed, context) => {
    for (const list of RECORDS) {
      for (const [place, record] of seed[list].entries()) {
        const unknown = record.portals?.find((name) => !Object.hasOwn(seed.portals, name));
        if (unknown === undefined) continue;
        context.addIssue({ code: 'custom', path: [list, place, 'portals'], message: `no portal named ${unknown}` });
      }
    }
  });

/** A seed as it is written, in a file or in code. */
export type SeedDocument = z.input<typeof seedSchema>;

/** A seed that has been read: complete, ids as bigint. */
export type Seed = z.output<typeof seedSchema>;

/** @throws CallmatchError `simulator-invalid` that lists every mistake. */
export function readSeed(document: unknown, name = 'seed'): Seed {
  return readSetting(seedSchema, document, name);
}

/** Reads a seed file: YAML, or JSON, which is YAML too. */
export function readSeedFile(path: string | URL): Seed {
  const name = `seed file ${path}`;
  try {
    return readSeed(parseYaml(readFileSync(path, 'utf8'), { intAsBigInt: true }), name);
  } catch (thrown) {
    if (thrown instanceof CallmatchError) throw thrown;
    throw new CallmatchError('simulator-invalid', `${name}: ${messageOf(thrown)}`, { cause: thrown });
  }
}

/** The invented accounts and people that the simulator starts with. */
export function defaultSeed(): Seed {
  return readSeedFile(new URL('./default-seed.yaml', import.meta.url));
}
