import { describe, expect, it } from 'vitest';
import { createCanonicalEncoder } from '../../../src/dev/traffic-encoder.ts';

const record = { id: 'a', direction: 'inbound', to: '+12125550100' };

describe('the traffic encoder', () => {
  it('frames Avro with the id of its schema', async () => {
    const encode = await createCanonicalEncoder(258);
    const value = encode({ kind: 'avro', record });
    expect([...(value?.subarray(0, 5) ?? [])]).toEqual([0, 0, 0, 1, 2]);
  });

  it('cuts, frames with an unknown id, writes text, and writes nothing', async () => {
    const encode = await createCanonicalEncoder(258);
    const whole = encode({ kind: 'avro', record });
    const cut = encode({ kind: 'cut-avro', record });
    expect(cut?.length).toBeLessThan(whole?.length ?? 0);
    expect(whole?.subarray(0, cut?.length)).toEqual(cut);
    expect(encode({ kind: 'unknown-schema' })?.readUInt32BE(1)).toBeGreaterThan(1_000_000);
    expect(encode({ kind: 'text', text: 'Zürich' })?.toString()).toBe('Zürich');
    expect(encode({ kind: 'tombstone' })).toBeNull();
  });
});
