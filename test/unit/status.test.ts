import { expect, it } from 'vitest';
import { createTelemetry } from '../../src/ops/telemetry.ts';
import { type ProcessorStatus, registerGauges } from '../../src/status.ts';

it('gives every gauge its value whenever it is asked', async () => {
  const silent = () => {};
  const log = { level: 'silent', trace: silent, debug: silent, info: silent, warn: silent, error: silent };
  const telemetry = createTelemetry({ ...log, isLevelEnabled: () => false });
  const partition = {
    topic: 't',
    partition: 3,
    watermark: 7,
    span: 20,
    unsettled: 4,
    lag: 93,
    paused: false,
    offsetLost: false,
  };
  let status: ProcessorStatus = {
    version: '0',
    group: 'g',
    inFlight: 4,
    oldestUnfinishedMs: 1_500,
    partitions: [partition],
    folds: [{ topic: 't', partition: 3, open: 2, oldestMs: 2_500, parked: 1 }],
    portals: [
      { name: 'main', state: 'probing', breaker: 'half-open', waiting: 2 },
      { name: 'other', state: 'active', breaker: 'closed', waiting: 0 },
      { name: 'off', state: 'disabled', breaker: 'closed', waiting: 0 },
    ],
    parked: { other: 12 },
  };
  registerGauges(telemetry, () => status);
  const values = async () =>
    (await telemetry.exposition()).split('\n').filter((line) => /^callmatch_[a-z_]+[ {]/.test(line));
  expect(await values()).toEqual(
    expect.arrayContaining([
      'callmatch_lag_records{topic="t",partition="3"} 93',
      'callmatch_watermark_span{topic="t",partition="3"} 20',
      'callmatch_unsettled_records{topic="t",partition="3"} 4',
      'callmatch_in_flight_calls 4',
      'callmatch_oldest_unfinished_seconds 1.5',
      'callmatch_open_folds{topic="t",partition="3"} 2',
      'callmatch_oldest_fold_seconds 2.5',
      'callmatch_parked_parts{topic="t",partition="3"} 1',
      'callmatch_limiter_waiting{portal="main"} 2',
      'callmatch_parked_calls{portal="other"} 12',
      'callmatch_portal_paused{portal="main"} 1',
      'callmatch_portal_paused{portal="other"} 0',
      'callmatch_portal_paused{portal="off"} 0',
      'callmatch_portal_disabled{portal="off"} 1',
      'callmatch_portal_disabled{portal="main"} 0',
      'callmatch_breaker_open{portal="main"} 1',
      'callmatch_breaker_open{portal="other"} 0',
    ]),
  );
  status = { ...status, oldestUnfinishedMs: undefined, partitions: [], folds: [] };
  expect(await values()).toContain('callmatch_oldest_unfinished_seconds 0');
  expect(await values()).toContain('callmatch_oldest_fold_seconds 0');
  expect((await values()).join()).not.toContain('partition=');
});
