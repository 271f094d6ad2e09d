import { describe, expect, it } from 'vitest';
import type { CommitMetadata } from '../../../src/kafka/commit-metadata.ts';
import { CommitAudit, inDoubt } from '../../chaos/commits.ts';

/** A ledger in which these offsets of every partition have an end. */
const ended = (...offsets: number[]) => ({ hasEnd: ({ offset }: { offset: number }) => offsets.includes(offset) });
const commit = (offset: number, metadata?: CommitMetadata, partition = 0) => ({ partition, offset, metadata });
const metadata = (base: number, done: number, ceiling = base): CommitMetadata => {
  return { base, done: Uint8Array.of(done), ceiling, outputs: [], group: 'g', run: 'r', partitions: 1 };
};

describe('CommitAudit', () => {
  it('finds nothing where everything below the commit has an end', () => {
    const audit = new CommitAudit();
    audit.check([commit(-1), commit(0, undefined, 1)], ended());
    audit.check([commit(3), commit(2, undefined, 1)], ended(0, 1, 2));
    expect(audit.passed).toEqual([]);
  });

  it('finds the record that a commit passed, once, also when its end comes later', () => {
    const audit = new CommitAudit();
    audit.check([commit(3, undefined, 5)], ended(0, 2));
    audit.check([commit(3, undefined, 5)], ended(0, 1, 2));
    audit.check([commit(2, undefined, 5)], ended(0, 2));
    expect(audit.passed).toEqual([{ partition: 5, offset: 1 }]);
  });

  it('finds a record without an end that the metadata calls done', () => {
    const audit = new CommitAudit();
    audit.check([commit(2, metadata(2, 0b1010))], ended(0, 1, 3));
    audit.check([commit(2, metadata(2, 0b1010))], ended(0, 1, 3));
    expect(audit.passed).toEqual([{ partition: 0, offset: 5 }]);
  });
});

describe('inDoubt', () => {
  it('counts what is not done below the ceiling and the end', () => {
    expect(inDoubt(commit(4, metadata(4, 0b0000, 10)), 100)).toBe(6);
    expect(inDoubt(commit(4, metadata(4, 0b1110, 10)), 100)).toBe(3);
    expect(inDoubt(commit(4, metadata(4, 0b1110, 30)), 10)).toBe(3);
    expect(inDoubt(commit(4, metadata(4, 0b0000)), 100)).toBe(0);
  });

  it('is nothing where no ceiling was committed', () => {
    expect(inDoubt(commit(-1), 4)).toBe(0);
    expect(inDoubt(commit(4), 10)).toBe(0);
  });
});
