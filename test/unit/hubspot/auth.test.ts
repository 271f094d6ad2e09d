import { describe, expect, it } from 'vitest';
import { staticToken } from '../../../src/hubspot/auth.ts';

describe('staticToken', () => {
  it('has one token at once, and no better one', async () => {
    const source = staticToken('t-1');
    expect(source.token()).toBe('t-1');
    await source.ready(new AbortController().signal);
    expect(source.reject('t-1')).toBe(false);
    expect(source.token()).toBe('t-1');
  });
});
