import { stripTypeScriptTypes } from 'node:module';
import { describe, expect, it } from 'vitest';
import { type SourceFile, sourceFiles } from '../support/source-files.ts';

const SRC = sourceFiles('src');
const TESTS = sourceFiles('test');

const LONGEST_SOURCE = 300;
const LONGEST_TEST = 400;
const DRAWERS = /(^|[/.-])(utils?|helpers?|common|misc|lib|shared)([/.-]|$)/;

/**
 * Files without a unit test of their own, because a double would stand where the thing itself belongs. The scenario
 * test named here goes through them; `reason` says what it needs for that.
 */
const COVERED_BY_SCENARIO: readonly { readonly file: string; readonly scenario: string; readonly reason: string }[] = [
  {
    file: 'src/dev/docker-stack.ts',
    scenario: 'test/scenario/stack.test.ts',
    reason: 'It does nothing but talk to a Docker engine.',
  },
  {
    file: 'src/dev/container-guard.ts',
    scenario: 'test/scenario/stack.test.ts',
    reason: 'It acts when a process that owns containers is killed.',
  },
  {
    file: 'src/kafka/broker-probe.ts',
    scenario: 'test/scenario/stack.test.ts',
    reason: 'Its answer depends on a broker that starts and stops.',
  },
  {
    file: 'src/command/run.ts',
    scenario: 'test/scenario/shutdown.test.ts',
    reason: 'It is a process that reads a topic until a signal comes.',
  },
  {
    file: 'src/command/dev.ts',
    scenario: 'test/scenario/dev-command.test.ts',
    reason: 'It starts everything there is.',
  },
  {
    file: 'src/command/traffic.ts',
    scenario: 'test/scenario/dev-command.test.ts',
    reason: 'It writes to a broker.',
  },
  {
    file: 'src/command/topics.ts',
    scenario: 'test/scenario/setup.test.ts',
    reason: 'It creates topics on a broker.',
  },
  {
    file: 'src/command/schemas.ts',
    scenario: 'test/scenario/setup.test.ts',
    reason: 'It registers schemas in a registry.',
  },
  {
    file: 'src/command/offsets.ts',
    scenario: 'test/scenario/offsets.test.ts',
    reason: 'It connects to a broker.',
  },
  {
    file: 'src/dev/session.ts',
    scenario: 'test/scenario/main-job.test.ts',
    reason: 'It starts everything there is.',
  },
  {
    file: 'src/dev/demo.ts',
    scenario: 'test/scenario/main-job.test.ts',
    reason: 'It waits for a processor to come to rest.',
  },
  {
    file: 'src/dev/evidence.ts',
    scenario: 'test/scenario/main-job.test.ts',
    reason: 'It reads topics, offsets and the CRM.',
  },
  {
    file: 'src/dev/traffic-sender.ts',
    scenario: 'test/scenario/main-job.test.ts',
    reason: 'It writes to a broker.',
  },
  {
    file: 'src/dev/endless-traffic.ts',
    scenario: 'test/scenario/dev-command.test.ts',
    reason: 'It writes to a broker until it is stopped.',
  },
  {
    file: 'src/offsets/target-offsets.ts',
    scenario: 'test/scenario/offsets.test.ts',
    reason: 'It asks a broker what is there since a time.',
  },
  {
    file: 'src/command/status.ts',
    scenario: 'test/scenario/operations.test.ts',
    reason: 'It asks a broker and the instances.',
  },
  {
    file: 'src/kafka/connection.ts',
    scenario: 'test/scenario/offsets.test.ts',
    reason: 'It connects to a broker.',
  },
  {
    file: 'src/command/outcome-connection.ts',
    scenario: 'test/scenario/operations.test.ts',
    reason: 'It connects to a broker and the registry.',
  },
  {
    file: 'src/redrive/prepared.ts',
    scenario: 'test/scenario/redrive.test.ts',
    reason: 'It reads topics.',
  },
  {
    file: 'src/command/tail.ts',
    scenario: 'test/scenario/operations.test.ts',
    reason: 'It reads topics and the registry.',
  },
  {
    file: 'src/command/outcome.ts',
    scenario: 'test/scenario/operations.test.ts',
    reason: 'It reads topics and the registry.',
  },
  {
    file: 'src/command/replay.ts',
    scenario: 'test/scenario/replay.test.ts',
    reason: 'It reads topics and starts a processor.',
  },
  {
    file: 'src/command/parked.ts',
    scenario: 'test/scenario/redrive.test.ts',
    reason: 'It reads topics of a broker.',
  },
  {
    file: 'src/command/dlq.ts',
    scenario: 'test/scenario/redrive.test.ts',
    reason: 'It is the name of its subcommands.',
  },
  {
    file: 'src/command/dlq-list.ts',
    scenario: 'test/scenario/redrive.test.ts',
    reason: 'It reads topics of a broker.',
  },
  {
    file: 'src/command/dlq-show.ts',
    scenario: 'test/scenario/redrive.test.ts',
    reason: 'It reads topics of a broker.',
  },
  {
    file: 'src/command/dlq-redrive.ts',
    scenario: 'test/scenario/redrive.test.ts',
    reason: 'It starts a processor.',
  },
  {
    file: 'src/command/dlq-purge.ts',
    scenario: 'test/scenario/redrive.test.ts',
    reason: 'It deletes records at a broker.',
  },
  {
    file: 'src/redrive/hold.ts',
    scenario: 'test/scenario/redrive.test.ts',
    reason: 'Who may redrive is decided by the broker.',
  },
  {
    file: 'src/redrive/choose.ts',
    scenario: 'test/scenario/redrive.test.ts',
    reason: 'It reads topics of a broker.',
  },
  {
    file: 'src/replay/engaged-before.ts',
    scenario: 'test/scenario/redrive.test.ts',
    reason: 'It reads outcomes and the registry.',
  },
  {
    file: 'src/redrive/redrive.ts',
    scenario: 'test/scenario/redrive.test.ts',
    reason: 'It puts a redrive together from broker and registry.',
  },
  {
    file: 'src/redrive/run.ts',
    scenario: 'test/scenario/redrive.test.ts',
    reason: 'It starts a processor.',
  },
  {
    file: 'src/redrive/rehearse.ts',
    scenario: 'test/scenario/redrive.test.ts',
    reason: 'It reads topics of a broker.',
  },
  {
    file: 'src/redrive/showing.ts',
    scenario: 'test/scenario/redrive.test.ts',
    reason: 'It reads topics of a broker.',
  },
  {
    file: 'src/redrive/purge.ts',
    scenario: 'test/scenario/redrive.test.ts',
    reason: 'It deletes records at a broker.',
  },
  {
    file: 'src/kafka/delete-records.ts',
    scenario: 'test/scenario/redrive.test.ts',
    reason: 'Whether records are gone is decided by the broker.',
  },
  {
    file: 'src/kafka/transaction.ts',
    scenario: 'test/scenario/redrive.test.ts',
    reason: 'What a transaction is worth is decided by the broker.',
  },
  {
    file: 'src/replay/place.ts',
    scenario: 'test/scenario/replay.test.ts',
    reason: 'Who may commit in a group is decided by the broker.',
  },
  {
    file: 'src/replay/run.ts',
    scenario: 'test/scenario/replay.test.ts',
    reason: 'It starts a processor and waits for its group.',
  },
  {
    file: 'src/replay/replay.ts',
    scenario: 'test/scenario/replay.test.ts',
    reason: 'It puts a replay together from brokers and registry.',
  },
  {
    file: 'src/replay/unknown-history.ts',
    scenario: 'test/scenario/replay.test.ts',
    reason: 'It asks a broker what retention has left.',
  },
  {
    file: 'src/kafka/client.ts',
    scenario: 'test/scenario/kafka-security.test.ts',
    reason: 'What it sets up shows only at a broker.',
  },
  {
    file: 'src/kafka/group-source.ts',
    scenario: 'test/scenario/group.test.ts',
    reason: 'It is what a real consumer group makes of it.',
  },
  {
    file: 'src/kafka/ownership.ts',
    scenario: 'test/scenario/group.test.ts',
    reason: 'It is what an assignment, a freeze and a lost offset make of the partitions of a real group.',
  },
  {
    file: 'src/kafka/positions.ts',
    scenario: 'test/scenario/group.test.ts',
    reason: 'It reads committed offsets and the ends of topics.',
  },
  {
    file: 'src/kafka/group-offsets.ts',
    scenario: 'test/scenario/offsets.test.ts',
    reason: 'It asks a broker about a group and its topics.',
  },
  {
    file: 'src/kafka/group-hold.ts',
    scenario: 'test/scenario/group-hold.test.ts',
    reason: 'Who may be in a group is decided by the broker.',
  },
  {
    file: 'src/kafka/topics.ts',
    scenario: 'test/scenario/setup.test.ts',
    reason: 'It compares plans with what a broker has.',
  },
  {
    file: 'src/kafka/topic-reader.ts',
    scenario: 'test/scenario/main-job.test.ts',
    reason: 'It reads topics to their end.',
  },
  {
    file: 'src/kafka/control-log.ts',
    scenario: 'test/scenario/lanes.test.ts',
    reason: 'It reads and writes a topic that all instances have in common.',
  },
  {
    file: 'src/redis/connection.ts',
    scenario: 'test/scenario/redis-limiter.test.ts',
    reason: 'It talks to a Redis server.',
  },
  {
    file: 'src/redis/slot-count.ts',
    scenario: 'test/scenario/redis-limiter.test.ts',
    reason: 'Its script runs in a Redis server.',
  },
  {
    file: 'src/offsets/move.ts',
    scenario: 'test/scenario/offsets.test.ts',
    reason: 'It sets the offsets of a real group.',
  },
  {
    file: 'src/setup.ts',
    scenario: 'test/scenario/setup.test.ts',
    reason: 'It creates topics and registers schemas.',
  },
  {
    file: 'src/processor.ts',
    scenario: 'test/scenario/main-job.test.ts',
    reason: 'It composes the parts; alone it is nothing.',
  },
  {
    file: 'src/source-stages.ts',
    scenario: 'test/scenario/main-job.test.ts',
    reason: 'It composes decoder and mapping of a source.',
  },
];

/** The unit tests of `src/`; those of the presets, of the tests' own support and of the chaos run are not about source files. */
const MIRROR = /^test\/unit\/(?!presets\/|support\/|chaos\/).*\.test\.ts$/;

const lines = ({ text }: SourceFile) => text.trimEnd().split('\n').length;
const longerThan = (limit: number) => (file: SourceFile) => lines(file) > limit;
const describeSize = (file: SourceFile) => `${file.path}: ${lines(file)} lines`;

/** Whether anything in the file runs: types and tables of constants need no test. */
function hasLogic({ text }: SourceFile): boolean {
  return /=>|\bfunction\b|\bclass\b/.test(stripTypeScriptTypes(text).replace(/\/\*[\s\S]*?\*\/|\/\/.*/g, ''));
}

const unitTestOf = (path: string) => path.replace(/^src\//, 'test/unit/').replace(/\.ts$/, '.test.ts');

describe('files', () => {
  it(`no source file is longer than ${LONGEST_SOURCE} lines`, () => {
    expect(SRC.filter(longerThan(LONGEST_SOURCE)).map(describeSize), 'A file holds one concept.').toEqual([]);
  });

  it(`no test file is longer than ${LONGEST_TEST} lines`, () => {
    expect(TESTS.filter(longerThan(LONGEST_TEST)).map(describeSize), 'A test file holds one behaviour.').toEqual([]);
  });

  it('no file or folder is a drawer', () => {
    const drawers = [...SRC, ...TESTS].filter(({ path }) => DRAWERS.test(path));
    expect(
      drawers.map(({ path }) => path),
      'A name says what is inside, so that it can be found.',
    ).toEqual([]);
  });

  it('every source file with logic has its unit test, or a scenario that goes through it', () => {
    const tests = new Set(TESTS.map(({ path }) => path));
    const excepted = new Set(COVERED_BY_SCENARIO.map(({ file }) => file));
    const untested = SRC.filter(
      (file) => hasLogic(file) && !tests.has(unitTestOf(file.path)) && !excepted.has(file.path),
    );
    expect(
      untested.map(({ path }) => path),
      'Whoever changes a file finds its test by its name.',
    ).toEqual([]);
  });

  it('every unit test stands where the file is that it tests', () => {
    // A file may have more than one: `limiter.test.ts` and `limiter-window.test.ts` both belong to `limiter.ts`.
    const homes = SRC.map(({ path }) => unitTestOf(path).replace(/\.test\.ts$/, ''));
    const lost = TESTS.filter(
      ({ path }) =>
        MIRROR.test(path) && !homes.some((home) => path === `${home}.test.ts` || path.startsWith(`${home}-`)),
    );
    expect(
      lost.map(({ path }) => path),
      'A test whose file has moved has to move with it.',
    ).toEqual([]);
  });

  it.each(COVERED_BY_SCENARIO)('$file is an exception that is still needed', ({ file, scenario }) => {
    expect(SRC.map(({ path }) => path)).toContain(file);
    expect(TESTS.map(({ path }) => path)).toContain(scenario);
    expect(
      TESTS.map(({ path }) => path),
      'It has a unit test by now.',
    ).not.toContain(unitTestOf(file));
  });
});
