/** A rule for the status as a mapping compiles it, without the rest of the mapping. */
import { Problems } from '../../src/cdr/mapping/problems.ts';
import { compileStatus, type StatusDraft } from '../../src/cdr/mapping/status.ts';
import { statusRule, statusWords } from '../../src/cdr/mapping/status-rule.ts';

/** Throws `mapping-invalid` when the rule is none. */
export function compileStatusRule(rule: unknown, words: object = {}): (record: unknown) => StatusDraft {
  const problems = new Problems();
  const scope = { problems, parameters: new Map() };
  const read = compileStatus(statusRule.parse(rule), statusWords.parse(words), scope, ['call', 'status']);
  problems.throwIfAny('test');
  return (record) => read(record, { whole: record, recordTime: 0 });
}
