import { describe, expect, it } from 'vitest';
import { encodeMetadata } from '../../../src/kafka/commit-metadata.ts';
import { CommitAudit, inDoubt } from '../../chaos/commits.ts';

/** A ledger in which these offsets of every partition have an end. */
const ended = (...offsets: number[]) => ({ hasEnd: ({ offset }: { offset: number }) => offsets.includes(offset) });
const commit = (offset: number, metadata = '', partition = 0) => ({ partition, offset, metadata });

describe('CommitAudit', () => {
  it('finds nothing where everything below the commit has an end', () => {
    const audit = new CommitAudit();
    audit.check([commit(-1), commit(0, '', 1)], ended());
    audit.check([commit(3), commit(2, '', 1)], ended(0, 1, 2));
    expect(audit.passed).toEqual([]);
  });

  it('finds the record that a commit passed, once, also when its end comes later', () => {
    const audit = new CommitAudit();
    audit.check([commit(3, '', 5)], ended(0, 2));
    audit.check([commit(3, '', 5)], ended(0, 1, 2));
    audit.check([commit(2, '', 5)], ended(0, 2));
    expect(audit.passed).toEqual([{ partition: 5, offset: 1 }]);
  });

  it('finds a record without an end that the metadata calls done', () => {
    const audit = new CommitAudit();
    const metadata = encodeMetadata({ base: 2, done: Uint8Array.of(0b1010) });
    audit.check([commit(2, metadata)], ended(0, 1, 3));
    audit.check([commit(2, metadata)], ended(0, 1, 3));
    expect(audit.passed).toEqual([{ partition: 0, offset: 5 }]);
  });
});

describe('inDoubt', () => {
  it('counts what is not done, up to the end where no ceiling is known', () => {
    expect(inDoubt(commit(-1), 4)).toBe(4);
    expect(inDoubt(commit(4), 10)).toBe(6);
    expect(inDoubt(commit(4, encodeMetadata({ base: 4, done: Uint8Array.of(0b1110) })), 10)).toBe(3);
    expect(inDoubt(commit(10), 10)).toBe(0);
  });
});
