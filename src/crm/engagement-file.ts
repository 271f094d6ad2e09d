/** Engagements in a SQLite file, so that they outlive the process. */
import { DatabaseSync } from 'node:sqlite';
import { CallmatchError, messageOf } from '../errors.ts';
import type { Clock } from './clock.ts';
import { Engagement } from './engagement.ts';
import type { EngagementJournal } from './engagements.ts';

/** How long an engagement may wait for being written: what a crash can lose at most. */
const FLUSH_MS = 200;

const SCHEMA = `
  PRAGMA locking_mode = EXCLUSIVE;
  PRAGMA journal_mode = WAL;
  PRAGMA synchronous = NORMAL;
  CREATE TABLE IF NOT EXISTS engagement (
    id INTEGER PRIMARY KEY,
    portal TEXT NOT NULL,
    external_call_id TEXT NOT NULL,
    created_at REAL NOT NULL,
    properties TEXT NOT NULL
  ) STRICT;
`;

const INSERT = 'INSERT INTO engagement (id, portal, external_call_id, created_at, properties) VALUES (?, ?, ?, ?, ?)';

/**
 * One process at a time: a second one finds the file locked.
 *
 * Writes in batches: one transaction per flush costs about as much as a single insert of its own.
 * A write that fails (disk full) keeps its batch and is tried again; `failure` says so until it has worked.
 */
export class EngagementFile implements EngagementJournal {
  readonly #database: DatabaseSync;
  readonly #clock: Clock;
  readonly #keep: number;
  #batch: Engagement[] = [];
  #scheduled = false;
  #failure: string | undefined;

  private constructor(database: DatabaseSync, keep: number, clock: Clock) {
    this.#database = database;
    this.#keep = keep;
    this.#clock = clock;
  }

  /**
   * Opens the file, or makes it.
   * @param keep how many engagements stay in the file: the newest.
   * @throws CallmatchError `simulator-invalid` if it is no such file or cannot be written.
   */
  static open(path: string, keep: number, clock: Clock): EngagementFile {
    try {
      const database = new DatabaseSync(path);
      database.exec(SCHEMA);
      return new EngagementFile(database, keep, clock);
    } catch (thrown) {
      throw new CallmatchError('simulator-invalid', `store ${path}: ${messageOf(thrown)}`, { cause: thrown });
    }
  }

  /** Why the last write failed; undefined while all is well. */
  get failure(): string | undefined {
    return this.#failure;
  }

  /** What the file holds, oldest first. */
  *engagements(): Generator<Engagement> {
    for (const row of this.#database.prepare('SELECT * FROM engagement ORDER BY id').iterate()) {
      yield new Engagement({
        id: Number(row.id),
        portal: String(row.portal),
        externalCallId: String(row.external_call_id),
        createdAt: Number(row.created_at),
        propertiesJson: String(row.properties),
      });
    }
  }

  append(engagement: Engagement): void {
    this.#batch.push(engagement);
    this.#scheduleFlush();
  }

  clear(): void {
    this.#batch = [];
    this.#database.exec('DELETE FROM engagement');
  }

  /** Writes what waits. Never throws: see `failure`. */
  flush(): void {
    const newest = this.#batch.at(-1);
    if (!newest) return;
    try {
      this.#database.exec('BEGIN');
      const insert = this.#database.prepare(INSERT);
      for (const { id, portal, externalCallId, createdAt, propertiesJson } of this.#batch) {
        insert.run(id, portal, externalCallId, createdAt, propertiesJson);
      }
      this.#database.prepare('DELETE FROM engagement WHERE id <= ?').run(newest.id - this.#keep);
      this.#database.exec('COMMIT');
      this.#batch = [];
      this.#failure = undefined;
    } catch (thrown) {
      if (this.#database.isTransaction) this.#database.exec('ROLLBACK');
      this.#failure = messageOf(thrown);
      this.#scheduleFlush();
    }
  }

  [Symbol.dispose](): void {
    this.flush();
    this.#database.close();
  }

  #scheduleFlush(): void {
    if (this.#scheduled) return;
    this.#scheduled = true;
    this.#clock.schedule(FLUSH_MS, () => {
      this.#scheduled = false;
      if (this.#database.isOpen) this.flush();
    });
  }
}
