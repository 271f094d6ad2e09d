/** A private certificate authority, made on the spot: no key in the repository, no other program needed. */
import { generateKeyPairSync, type KeyObject, randomBytes, sign } from 'node:crypto';

export interface KeyAndCertificate {
  /** PKCS #8, PEM. */
  readonly key: string;
  /** X.509, PEM. */
  readonly cert: string;
}

export interface CertificateAuthority {
  /** What those who trust this authority need: its own certificate, PEM. */
  readonly cert: string;
  /**
   * A certificate of that name with its key (ECDSA P-256). `hosts` are the host names a server may be asked for; no
   * client takes the common name for one. With `passphrase` the key is encrypted. `until`: its last moment, as
   * YYMMDDhhmmssZ; the end of 2049 by default.
   */
  issue(name: string, options?: { hosts?: readonly string[]; passphrase?: string; until?: string }): KeyAndCertificate;
}

export function createCertificateAuthority(name: string): CertificateAuthority {
  const own = newKeyPair();
  const certify = (subject: string, publicKey: KeyObject, extension: Buffer, until = '491231235959Z') =>
    certificate({ issuer: name, signer: own.privateKey, subject, publicKey, extension, until });
  return {
    cert: certify(name, own.publicKey, isAuthority()),
    issue(subject, { hosts = [subject], passphrase, until } = {}) {
      const { publicKey, privateKey } = newKeyPair();
      const encryption = passphrase === undefined ? {} : { cipher: 'aes-256-cbc', passphrase };
      return {
        key: privateKey.export({ type: 'pkcs8', format: 'pem', ...encryption }).toString(),
        cert: certify(subject, publicKey, hostNames(hosts), until),
      };
    },
  };
}

function newKeyPair(): { publicKey: KeyObject; privateKey: KeyObject } {
  return generateKeyPairSync('ec', { namedCurve: 'P-256' });
}

interface Contents {
  readonly issuer: string;
  readonly signer: KeyObject;
  readonly subject: string;
  readonly publicKey: KeyObject;
  readonly extension: Buffer;
  readonly until: string;
}

/** RFC 5280, section 4.1. */
function certificate({ issuer, signer, subject, publicKey, extension, until }: Contents): string {
  const algorithm = sequence(objectId(ECDSA_WITH_SHA256));
  const toBeSigned = sequence(
    der(0xa0, integer(VERSION_3)),
    // The leading 1 makes it positive, whatever the random bytes are.
    integer(0x01, ...randomBytes(8)),
    algorithm,
    distinguishedName(issuer),
    sequence(time('200101000000Z'), time(until)),
    distinguishedName(subject),
    publicKey.export({ type: 'spki', format: 'der' }),
    der(0xa3, sequence(extension)),
  );
  const signed = sequence(toBeSigned, algorithm, bitString(sign('sha256', toBeSigned, signer)));
  const lines = signed.toString('base64').replaceAll(/.{64}/g, '$&\n').trimEnd();
  return `-----BEGIN CERTIFICATE-----\n${lines}\n-----END CERTIFICATE-----\n`;
}

const VERSION_3 = 2;
const ECDSA_WITH_SHA256 = '2a8648ce3d040302';
const COMMON_NAME = '550403';
const BASIC_CONSTRAINTS = '551d13';
const SUBJECT_ALTERNATIVE_NAME = '551d11';

function distinguishedName(commonName: string): Buffer {
  return sequence(der(0x31, sequence(objectId(COMMON_NAME), der(0x0c, Buffer.from(commonName)))));
}

function isAuthority(): Buffer {
  const yes = der(0x01, Buffer.from([0xff]));
  return sequence(objectId(BASIC_CONSTRAINTS), yes, der(0x04, sequence(yes)));
}

function hostNames(hosts: readonly string[]): Buffer {
  const names = hosts.map((host) => der(0x82, Buffer.from(host)));
  return sequence(objectId(SUBJECT_ALTERNATIVE_NAME), der(0x04, sequence(...names)));
}

/** Tag, length, content (ITU-T X.690). */
function der(tag: number, ...content: readonly Uint8Array[]): Buffer {
  const bytes = Buffer.concat(content);
  const { length } = bytes;
  const long = length < 0x100 ? [0x81, length] : [0x82, length >> 8, length & 0xff];
  return Buffer.concat([Buffer.from([tag, ...(length < 0x80 ? [length] : long)]), bytes]);
}

const sequence = (...content: readonly Buffer[]) => der(0x30, ...content);
const objectId = (hex: string) => der(0x06, Buffer.from(hex, 'hex'));
const integer = (...bytes: readonly number[]) => der(0x02, Buffer.from(bytes));
const time = (text: string) => der(0x17, Buffer.from(text));
/** Begins with the number of unused bits. */
const bitString = (bytes: Buffer) => der(0x03, Buffer.from([0]), bytes);
