import { expect, it } from 'vitest';
import { SKIP_REASONS } from '../../../../src/cdr/call.ts';
import { DEFAULT_NUMBER_POLICIES, type NumberFault, reasonOf } from '../../../../src/cdr/mapping/number-policy.ts';

it('has a reason of the closed list for every fault', () => {
  // Its keys are what its type says.
  for (const fault of Object.keys(DEFAULT_NUMBER_POLICIES) as NumberFault[]) {
    expect(SKIP_REASONS).toContain(reasonOf(fault));
  }
});
