import { describe, expect, it } from 'vitest';
import { staticToken } from '../../../src/hubspot/auth.ts';

describe('staticToken', () => {
  it('has one token and no better one', async () => {
    const source = staticToken('t-1');
    expect(await source.token()).toBe('t-1');
    expect(await source.refresh('t-1')).toBe(false);
  });
});
