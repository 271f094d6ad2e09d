import { describe, expect, it } from 'vitest';
import { loadMapping } from '../../../src/config/mapping-files.ts';
import { describeMapping } from '../../../src/trial/mapping-summary.ts';

describe('the summary of a mapping', () => {
  it('has what one has to know to choose it', async () => {
    expect(describeMapping(await loadMapping('asterisk'))).toMatchObject({
      name: 'asterisk',
      formats: ['json', 'csv', 'avro'],
      parameters: { timeZone: { type: 'text', default: 'UTC', required: false } },
    });
    expect(describeMapping(await loadMapping('canonical')).formats).toEqual(['json', 'avro']);
  });

  it('is refused for what is no mapping', () => {
    expect(() => describeMapping({ name: 'x' })).toThrow(/version/);
  });
});
