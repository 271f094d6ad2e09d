import { readFileSync } from 'node:fs';
import { expect, test } from 'vitest';
import { faultRule } from '../../../src/crm/fault-rule.ts';

test('a short rule gets its defaults', () => {
  expect(faultRule.parse({ kind: 'html' })).toEqual({
    kind: 'html',
    endpoint: 'inbound-call',
    status: 502,
    writes: false,
    skip: 0,
    share: 1,
    seed: 1,
  });
  expect(faultRule.parse({ kind: 'off-contract' })).toMatchObject({ writes: true, body: '{"result":"ok"}' });
  expect(faultRule.parse({ kind: 'slow', delay: '2s' })).toMatchObject({ delay: 2000 });
});

test.each([
  [{}],
  [{ kind: 'explode' }],
  [{ kind: 'status' }],
  [{ kind: 'status', status: 200 }],
  [{ kind: 'slow' }],
  [{ kind: 'slow', delay: 2000 }],
  [{ kind: 'hang', status: 500 }],
  [{ kind: 'hang', share: 0 }],
  [{ kind: 'hang', share: 1.1 }],
  [{ kind: 'hang', count: 0 }],
  [{ kind: 'hang', endpoint: 'contacts' }],
  [{ kind: 'reset-before-write', writes: true }],
  [{ kind: 'redirect', status: 200 }],
])('refuses %j', (rule) => {
  expect(faultRule.safeParse(rule).success).toBe(false);
});

test('the examples of the documentation are rules', () => {
  const page = readFileSync(new URL('../../../docs/simulator.md', import.meta.url), 'utf8');
  const examples = [...page.matchAll(/-d '(\{"kind".*?\})'/g)].map(([, json]) => JSON.parse(json ?? ''));
  expect(examples).toHaveLength(3);
  for (const example of examples) expect(faultRule.safeParse(example).success).toBe(true);
});

test('the documentation describes every kind and field', () => {
  const page = readFileSync(new URL('../../../docs/simulator.md', import.meta.url), 'utf8');
  for (const rule of faultRule.options) {
    const [kind] = rule.shape.kind.values;
    for (const name of [`${kind}`, ...Object.keys(rule.shape)]) expect(page).toContain(`\`${name}\``);
  }
});
