/** Which calls are submitted, and what becomes of those that cannot be. */
import { z } from 'zod';
import { DEFAULT_NUMBER_POLICIES, NUMBER_POLICIES, type NumberFault } from '../cdr/mapping/number-policy.ts';

const policy = (fault: NumberFault, what: string) =>
  z.enum(NUMBER_POLICIES).default(DEFAULT_NUMBER_POLICIES[fault]).describe(what);

export const admit = z.strictObject({
  nonFinal: z.boolean().default(false).describe('Submit calls that are still going on, too.'),
  withheld: policy(
    'withheld',
    'A caller who does not show a number. `publish` skips the call and publishes that; `skip` only counts it; `bury` ' +
      'makes it a dead letter.',
  ),
  masked: policy('masked', 'A caller of whose number the source has starred some digits.'),
  emergency: policy('emergency', 'A call from or to 112, 911 or an emergency number of the country.'),
  short: policy('short', 'A caller with up to six digits, an extension or a service; the skip reason is `filtered`.'),
  impossible: policy(
    'impossible',
    'A call with a number that cannot be one, or a line called that has none; the skip reason is `filtered`.',
  ),
});
