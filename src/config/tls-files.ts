/**
 * The files that a `tls` section names, read and checked before anything connects. Node itself takes a file without a
 * certificate for an empty list of authorities, and then says of every server that it cannot be trusted.
 */
import { createPrivateKey, X509Certificate } from 'node:crypto';
import { readFile } from 'node:fs/promises';
import { messageOf } from '../errors.ts';
import { configInvalid, type Problem } from './problem.ts';
import type { Config } from './schema.ts';

type TlsSection = NonNullable<Config['kafka']['tls']>;

/** As `tls.connect` takes them: the texts of the files. What is left out has Node's default. */
export interface TlsOptions {
  readonly ca?: string;
  readonly cert?: string;
  readonly key?: string;
  readonly passphrase?: string;
  readonly servername?: string;
}

/**
 * @param section where the section stands, for messages
 * Throws `config-invalid` with every file that cannot be read or does not hold what it should.
 */
export async function readTlsFiles(tls: TlsSection, section: 'kafka.tls' | 'registry.tls'): Promise<TlsOptions> {
  const { passphrase, serverName } = tls;
  const problems: Problem[] = [];
  const readChecked = async (name: 'ca' | 'cert' | 'key', mistakeIn: (text: string) => string | undefined) => {
    const path = tls[name];
    if (path === undefined) return undefined;
    const { text, mistake } = await readFile(path, 'utf8').then(
      (text) => ({ text, mistake: mistakeIn(text) }),
      (error: unknown) => ({ text: '', mistake: unreadable(error) }),
    );
    if (mistake !== undefined) problems.push({ place: `${section}.${name}`, text: `${path} ${mistake}` });
    return text;
  };

  const ca = await readChecked('ca', mistakeInCertificate);
  const cert = await readChecked('cert', mistakeInCertificate);
  const key = await readChecked('key', (text) => mistakeInKey(text, passphrase, section));
  if (problems.length === 0 && cert !== undefined && key !== undefined && !isPair(cert, key, passphrase)) {
    problems.push({ place: `${section}.key`, text: `${tls.key} is not the key of the certificate in ${tls.cert}` });
  }
  if (problems.length > 0) throw configInvalid(problems);
  return {
    ...(ca !== undefined && { ca }),
    ...(cert !== undefined && { cert }),
    ...(key !== undefined && { key }),
    ...(passphrase !== undefined && { passphrase }),
    ...(serverName !== undefined && { servername: serverName }),
  };
}

function unreadable(error: unknown): string {
  const isAbsent = error instanceof Error && 'code' in error && error.code === 'ENOENT';
  return isAbsent ? 'does not exist' : `cannot be read: ${messageOf(error)}`;
}

function mistakeInCertificate(text: string): string | undefined {
  try {
    new X509Certificate(text);
    return undefined;
  } catch {
    return 'holds no certificate (PEM)';
  }
}

function mistakeInKey(text: string, passphrase: string | undefined, section: string): string | undefined {
  try {
    parseKey(text, passphrase);
    return undefined;
  } catch {
    // Both PEM forms of an encrypted key say so in their first lines.
    if (!text.includes('ENCRYPTED')) return 'holds no private key (PEM)';
    const whatOfIt = passphrase === undefined ? 'is not set' : 'is not its passphrase';
    return `is encrypted, and ${section}.passphrase ${whatOfIt}`;
  }
}

function isPair(cert: string, key: string, passphrase: string | undefined): boolean {
  return new X509Certificate(cert).checkPrivateKey(parseKey(key, passphrase));
}

function parseKey(key: string, passphrase: string | undefined) {
  return createPrivateKey({ key, ...(passphrase !== undefined && { passphrase }) });
}
