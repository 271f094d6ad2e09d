/** What a preview has found in a few records, for the tests of its reports. */
import { configSchema } from '../../src/config/schema.ts';
import type { Findings } from '../../src/preview/report.ts';
import { Tally } from '../../src/preview/tally.ts';
import { openTrial, RECORD_TIME, trialRecord } from './trial-record.ts';

const CALL = { direction: 'inbound', from: '+41315550179', to: '+41315550100', status: 'COMPLETED' };

/** 250 calls in 100 s, a repeat, a withheld caller, and one that cannot be used. */
export async function previewFindings(changes: Partial<Findings> = {}): Promise<Findings> {
  const tally = new Tally(1, () => 'CH');
  const trial = await openTrial();
  const calls = Array.from({ length: 250 }, (_, n) => ({ ...CALL, id: `call-${n}` }));
  const others = [calls[0], { ...CALL, id: 'x', from: 'anonymous' }, { ...CALL, id: 'y', from: '12345678' }];
  for (const [offset, value] of [...calls, ...others].entries()) {
    const timestamp = RECORD_TIME + Math.min(offset, 250) * 400;
    const record = trialRecord(value ?? '', { offset, timestamp });
    tally.addRecord(record);
    for (const end of await trial.take(record)) tally.addEnd(end);
  }
  const { portals } = configSchema.parse({ sources: [{ topic: 'x' }], portals: { main: { token: 'unused' } } });
  return {
    tally,
    stretches: [{ topic: 'trial', partition: 0, from: 0, to: 253 }],
    complete: true,
    portals,
    remembered: 100_000,
    reveal: false,
    ...changes,
  };
}
