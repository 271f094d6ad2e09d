import { expect, it } from 'vitest';
import { deviceOf } from '../../../src/cdr/channel-name.ts';

it.each([
  ['PJSIP/201-0000001b', '201'],
  ['SIP/alice-0000001a', 'alice'],
  ['SIP/softphone-mac3-0000000a', 'softphone-mac3'],
  ['IAX2/bob-12345', 'bob'],
  ['SCCP/4711-00000003', '4711'],
  ['Local/201@from-queue-0000001b;1', '201'],
  ['pjsip/201-0000001B', '201'],
])('%s is a channel of %s', (channel, device) => {
  expect(deviceOf(channel)).toBe(device);
});

it.each([
  '',
  'PJSIP/201',
  'DAHDI/i1/0315550179-5',
  'Local/dial_alice@default-00000001;1',
  'Local/s@macro-dial-00000001;2',
  'Surrogate/x',
  '201',
])('%j does not tell whose it is', (channel) => {
  expect(deviceOf(channel)).toBeUndefined();
});
