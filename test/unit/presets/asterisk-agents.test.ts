/** Who took an Asterisk call, and who was rung. */
import { readFileSync } from 'node:fs';
import { describe, expect, it } from 'vitest';
import { loadMapping } from '../../../src/config/mapping-files.ts';
import { compile } from '../../support/mapping.ts';

const FILE = new URL('../../fixtures/asterisk/cdr-kafka-braams.jsonl', import.meta.url);
const [line = ''] = readFileSync(FILE, 'utf8').split('\n');
const record: object = JSON.parse(line);
const document = await loadMapping('asterisk');

function agentsOf(changes: object) {
  const mapping = compile(document, { defaultCountry: 'CH', parameters: { mainNumber: '0315550100' } });
  const [end] = mapping.map({ ...record, ...changes }, { recordTime: 0 });
  if (end?.kind !== 'call') throw new Error('no call');
  return [end.call.agent, end.call.agents];
}

describe('the asterisk mapping', () => {
  it.each([8, 'ANSWERED'])('takes the device that answered for the agent (%j)', (disposition) => {
    expect(agentsOf({ disposition })).toEqual(['201', ['201']]);
  });

  it.each([0, 'NO ANSWER', 'BUSY', ''])('knows who was rung when nobody answered (%j)', (disposition) => {
    expect(agentsOf({ disposition })).toEqual([undefined, ['201']]);
  });

  it.each(['', null, undefined, 'Local/dial_alice@default-00000001;1'])('knows nobody behind %j', (dstchannel) => {
    expect(agentsOf({ dstchannel })).toEqual([undefined, []]);
  });

  it('finds the member of a queue that is rung through a local channel', () => {
    expect(agentsOf({ dstchannel: 'Local/202@from-queue-0000001b;1' })).toEqual(['202', ['202']]);
  });
});
