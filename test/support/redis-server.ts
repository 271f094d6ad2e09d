/**
 * A real Redis or Valkey server on a free port. The first that works: the address in CALLMATCH_TEST_REDIS_URL; a
 * `valkey-server` or `redis-server` of the machine; the one that a jar on Maven Central brings (Redis 6.2, of
 * com.github.codemonstur:embedded-redis). None: it rejects and says so, because a test without a server shows nothing.
 */
import { execFile } from 'node:child_process';
import { chmod, mkdtemp, readdir } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { promisify } from 'node:util';
import { type ChildProcess, removeFolder, startChild } from '../../src/dev/child-process.ts';
import { freePorts } from '../../src/dev/free-port.ts';
import { unpackedArtifact } from '../../src/dev/maven-artifacts.ts';
import { messageOf } from '../../src/errors.ts';
import { connectRedis } from '../../src/redis/connection.ts';
import { eventually } from './eventually.ts';

export interface RedisServer extends AsyncDisposable {
  readonly url: string;
  /** Ends it as a crash does; what it knew is gone. Throws for a server that is not ours. */
  kill(): Promise<void>;
  /** Starts it again on the same port. */
  start(): Promise<void>;
}

const JAR = { name: 'embedded-redis-1.4.3', coordinates: 'com.github.codemonstur:embedded-redis:1.4.3:jar' };

export async function startRedis(): Promise<RedisServer> {
  const given = process.env.CALLMATCH_TEST_REDIS_URL;
  if (given) return notOurs(given);
  const command = await redisCommand();
  const folder = await mkdtemp(join(tmpdir(), 'callmatch-redis-'));
  const [port = 0] = await freePorts(1);
  const url = `redis://127.0.0.1:${port}`;
  let child: ChildProcess;
  const start = async () => {
    const args = ['--port', String(port), '--bind', '127.0.0.1', '--save', '', '--appendonly', 'no'];
    child = await startChild({ command, args, folder });
    let problem = '';
    await eventually(
      () => `Redis answers: ${problem}`,
      async () => {
        try {
          await using _ = await connectRedis(url, () => {});
          return true;
        } catch (error) {
          problem = messageOf(error);
          return false;
        }
      },
    );
  };
  await start();
  return {
    url,
    start,
    kill: () => child.stop(0),
    async [Symbol.asyncDispose]() {
      await child.stop();
      await removeFolder(folder);
    },
  };
}

async function redisCommand(): Promise<string> {
  for (const name of ['valkey-server', 'redis-server']) {
    if (await promisify(execFile)(name, ['--version']).then(Boolean, () => false)) return name;
  }
  try {
    const options = { env: process.env, onProgress: () => {}, signal: new AbortController().signal };
    const folder = await unpackedArtifact(JAR.name, JAR.coordinates, options);
    const platform = { linux: 'linux', darwin: 'darwin' }[String(process.platform)];
    const machine = { x64: 'amd64', arm64: 'arm64' }[String(process.arch)];
    const file = (await readdir(folder)).find((name) => name.endsWith(`-${platform}-${machine}`));
    if (file === undefined) throw new Error(`it has no server for ${process.platform} ${process.arch}`);
    await chmod(join(folder, file), 0o755);
    await promisify(execFile)(join(folder, file), ['--version']);
    return join(folder, file);
  } catch (error) {
    throw new Error(
      'There is no Redis server to test with. One of these would do: CALLMATCH_TEST_REDIS_URL set to one of yours, ' +
        `valkey-server or redis-server installed, or Java with Maven. Of Maven: ${messageOf(error)}`,
    );
  }
}

function notOurs(url: string): RedisServer {
  const refuse = async () => {
    throw new Error('the Redis of CALLMATCH_TEST_REDIS_URL is not ours to stop');
  };
  return { url, kill: refuse, start: refuse, async [Symbol.asyncDispose]() {} };
}
