/** A self-signed X.509 certificate (ECDSA P-256), made on the spot: no key in the repository, no openssl needed. */
import { generateKeyPairSync, sign } from 'node:crypto';

const OID = {
  commonName: '550403',
  ecdsaWithSha256: '2a8648ce3d040302',
} as const;

export function selfSignedCertificate(commonName = 'localhost'): { readonly key: string; readonly cert: string } {
  const { publicKey, privateKey } = generateKeyPairSync('ec', { namedCurve: 'P-256' });
  const algorithm = sequence(objectId(OID.ecdsaWithSha256));
  const name = sequence(der(0x31, sequence(objectId(OID.commonName), der(0x0c, Buffer.from(commonName)))));
  const validity = sequence(utcTime('200101000000Z'), utcTime('491231235959Z'));
  const subjectPublicKeyInfo = publicKey.export({ type: 'spki', format: 'der' });
  const serialNumber = der(0x02, Buffer.from([1]));
  const toBeSigned = sequence(serialNumber, algorithm, name, validity, name, subjectPublicKeyInfo);
  const signature = sign('sha256', toBeSigned, privateKey);
  // A bit string begins with the number of unused bits.
  const certificate = sequence(toBeSigned, algorithm, der(0x03, Buffer.from([0]), signature));
  return {
    key: privateKey.export({ type: 'pkcs8', format: 'pem' }).toString(),
    cert: `-----BEGIN CERTIFICATE-----\n${certificate.toString('base64')}\n-----END CERTIFICATE-----\n`,
  };
}

/** Tag, length, content (ITU-T X.690). */
function der(tag: number, ...content: readonly Buffer[]): Buffer {
  const bytes = Buffer.concat(content);
  const { length } = bytes;
  const header = length < 0x80 ? [tag, length] : [tag, 0x82, length >> 8, length & 0xff];
  return Buffer.concat([Buffer.from(header), bytes]);
}

function sequence(...content: readonly Buffer[]): Buffer {
  return der(0x30, ...content);
}

function objectId(hex: string): Buffer {
  return der(0x06, Buffer.from(hex, 'hex'));
}

function utcTime(text: string): Buffer {
  return der(0x17, Buffer.from(text));
}
