import { expect } from 'vitest';
import { startCrm } from '../../../src/crm/server.ts';
import { watchContract } from '../../support/contract-witness.ts';
import { callBody, INBOUND_CALL, post } from '../../support/crm-request.ts';
import { contractTest } from '../../support/openapi.ts';

contractTest('sees what does not fit, on both sides', 'openapi-calling-2026-03.json', async (check) => {
  const witness = watchContract(check);
  await using crm = await startCrm({ witness: witness.exchange });
  const call = (body: unknown) => post(crm.url + INBOUND_CALL, body);
  await call(callBody());
  crm.addFault({ kind: 'off-contract' });
  await call(callBody());
  expect(witness.checked).toBe(3);
  witness.assertKept();
  await call(callBody({ userId: 'somebody' }));
  expect(() => witness.assertKept()).toThrow(/userId must be integer/);

  const answers = watchContract(check);
  const body = JSON.stringify(callBody());
  answers.exchange({
    endpoint: 'inbound-call',
    body,
    answer: { status: 200, headers: [], body: '{}' },
    isScripted: false,
  });
  expect(() => answers.assertKept()).toThrow(/callerIdMatches/);
});
