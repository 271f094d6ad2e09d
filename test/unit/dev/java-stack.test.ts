import { expect, it } from 'vitest';
import { javaCommand, javaVersion, startJavaServices } from '../../../src/dev/java-stack.ts';

it.each([
  ['openjdk version "17.0.15" 2025-04-15\nOpenJDK Runtime Environment', 17],
  ['openjdk version "25" 2025-09-16', 25],
  ['java version "1.8.0_421"', 8],
  ['The operation could not be completed. Unable to locate a Java Runtime.', undefined],
])('reads the version in %j', (output, version) => {
  expect(javaVersion(output)).toBe(version);
});

it('takes the java of JAVA_HOME', () => {
  expect(javaCommand({ JAVA_HOME: '/opt/jdk' })).toBe('/opt/jdk/bin/java');
  expect(javaCommand({})).toBe('java');
});

it('says that Java is missing', async () => {
  const options = { env: { JAVA_HOME: '/no/such/folder' }, onProgress: () => {}, signal: new AbortController().signal };
  await expect(startJavaServices(options)).rejects.toMatchObject({
    code: 'dependency-missing',
    message: expect.stringContaining('Java does not run'),
  });
});
