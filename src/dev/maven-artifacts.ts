/** The servers of the Java way, fetched with Maven once and kept in a folder of the user. */
import { access, mkdir, mkdtemp, rename, writeFile } from 'node:fs/promises';
import { homedir } from 'node:os';
import { join } from 'node:path';
import { removeFolder, runToEnd } from './child-process.ts';
import { KAFKA_VERSION, REGISTRY_VERSION, type WayOptions } from './service.ts';

/** The plugin's default version depends on the Maven that is installed, and older ones lack `unpack` by coordinates. */
const DEPENDENCY_PLUGIN = 'org.apache.maven.plugins:maven-dependency-plugin:3.9.0';

/**
 * The broker, and the tools' jar for its command-line clients. Of the tools' own dependencies the broker brings those
 * that the clients need; the rest (Kafka Connect with its web server) would double the download.
 */
const BROKER_POM = `<project xmlns="http://maven.apache.org/POM/4.0.0">
  <modelVersion>4.0.0</modelVersion>
  <groupId>io.callmatch</groupId>
  <artifactId>embedded-broker</artifactId>
  <version>1</version>
  <dependencies>
    <dependency>
      <groupId>org.apache.kafka</groupId>
      <artifactId>kafka_2.13</artifactId>
      <version>${KAFKA_VERSION}</version>
    </dependency>
    <dependency>
      <groupId>org.apache.kafka</groupId>
      <artifactId>kafka-tools</artifactId>
      <version>${KAFKA_VERSION}</version>
      <exclusions>
        <exclusion><groupId>*</groupId><artifactId>*</artifactId></exclusion>
      </exclusions>
    </dependency>
    <dependency>
      <groupId>org.slf4j</groupId>
      <artifactId>slf4j-simple</artifactId>
      <version>1.7.36</version>
    </dependency>
  </dependencies>
</project>
`;

/** Folder with the jars of Apache Kafka. The first call on a machine takes about 43 MB from Maven. */
export function kafkaJars(options: WayOptions): Promise<string> {
  return cached(`kafka-${KAFKA_VERSION}`, options, async (folder) => {
    options.onProgress(`Fetching Apache Kafka ${KAFKA_VERSION} with Maven (43 MB, only this once)`);
    const pom = join(folder, 'pom.xml');
    await writeFile(pom, BROKER_POM);
    await maven(folder, options.signal, [
      `${DEPENDENCY_PLUGIN}:copy-dependencies`,
      `--file=${pom}`,
      '-DincludeScope=runtime',
      `-DoutputDirectory=${folder}`,
    ]);
  });
}

/** Folder with Apicurio Registry, unpacked. The first call on a machine takes about 100 MB from Maven. */
export function registryApplication(options: WayOptions): Promise<string> {
  return unpackedArtifact(
    `apicurio-registry-${REGISTRY_VERSION}`,
    `io.apicurio:apicurio-registry-app:${REGISTRY_VERSION}:tar.gz:all`,
    options,
    `Fetching Apicurio Registry ${REGISTRY_VERSION} with Maven (100 MB, only this once)`,
  );
}

/** Folder with the unpacked archive that the coordinates name. */
export function unpackedArtifact(
  name: string,
  coordinates: string,
  options: WayOptions,
  announcement = `Fetching ${name} with Maven (only this once)`,
): Promise<string> {
  return cached(name, options, async (folder) => {
    options.onProgress(announcement);
    await maven(folder, options.signal, [
      `${DEPENDENCY_PLUGIN}:unpack`,
      `-Dartifact=${coordinates}`,
      `-DoutputDirectory=${folder}`,
    ]);
  });
}

/**
 * The folder of that name in the cache, filled by `fill` if it is not there. It is filled under a name of its own and
 * then renamed, which is one atomic step: nobody ever sees it half full, and of two processes that fill it at the same
 * time the second finds it there and throws its own away.
 */
export async function cached(
  name: string,
  { env }: Pick<WayOptions, 'env'>,
  fill: (folder: string) => Promise<void>,
): Promise<string> {
  const parent = join(env.XDG_CACHE_HOME || join(env.HOME || homedir(), '.cache'), 'callmatch');
  const folder = join(parent, name);
  if (await exists(folder)) {
    return folder;
  }
  await mkdir(parent, { recursive: true });
  const unfinished = await mkdtemp(join(parent, `${name}.unfinished-`));
  try {
    await fill(unfinished);
    await rename(unfinished, folder);
  } catch (error) {
    // `fill` may have failed because two Mavens got into each other's way; then the other one has filled the folder.
    if (!(await exists(folder))) throw error;
  } finally {
    await removeFolder(unfinished);
  }
  return folder;
}

function exists(path: string): Promise<boolean> {
  return access(path).then(
    () => true,
    () => false,
  );
}

async function maven(folder: string, signal: AbortSignal, args: readonly string[]): Promise<void> {
  await runToEnd({ command: 'mvn', args: ['--batch-mode', '--quiet', '-Dstyle.color=never', ...args], folder, signal });
}
