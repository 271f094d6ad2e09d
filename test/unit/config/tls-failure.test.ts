import { expect, test } from 'vitest';
import { tlsFailure } from '../../../src/config/tls-failure.ts';

const withCertificate = { cert: '/etc/callmatch/client.pem' };
const alert = (what: string) =>
  `402D252EFA7F0000:error:0A00045C:SSL routines:ssl3_read_bytes:tlsv13 alert ${what}:../rec_layer_s3.c:918:SSL alert\n`;

test.each([
  [
    'no client certificate',
    alert('certificate required'),
    {},
    'the server wants a client certificate (certificate required); set kafka.tls.cert and kafka.tls.key',
  ],
  [
    'a client certificate of another authority',
    alert('unknown ca'),
    withCertificate,
    'the server does not accept the client certificate of kafka.tls.cert (unknown ca)',
  ],
  [
    'an unknown authority',
    'self-signed certificate in certificate chain; if the root CA is installed locally, try running Node.js …',
    {},
    'no trusted authority stands behind the certificate of the server (self-signed certificate in certificate chain); set kafka.tls.ca to its authority',
  ],
  [
    'another name',
    "Hostname/IP does not match certificate's altnames: IP: 127.0.0.1 is not in the cert's list: ",
    {},
    "Hostname/IP does not match certificate's altnames: IP: 127.0.0.1 is not in the cert's list; set kafka.tls.serverName if the server is the right one",
  ],
  [
    'a server without TLS',
    'A0BC:error:0A00010B:SSL routines:tls_validate_record_header:wrong version number:../ssl/record/tlsany_meth.c:77:',
    {},
    'the server does not speak TLS, which kafka.tls asks for',
  ],
  [
    'a handshake that is broken off',
    'Client network socket disconnected before secure TLS connection was established',
    {},
    'the server breaks off the TLS handshake; it may not speak TLS, or may want a client certificate (kafka.tls.cert and kafka.tls.key)',
  ],
  [
    'a refused handshake',
    alert('handshake failure'),
    withCertificate,
    'the server breaks off the TLS handshake; it may not speak TLS, or may not accept the client certificate of kafka.tls.cert',
  ],
  [
    'a server that hangs up after the handshake',
    'other side closed',
    withCertificate,
    'other side closed; if it never worked, the server may not accept the client certificate of kafka.tls.cert',
  ],
])('%s is told with the setting', (_, message, tls, expected) => {
  expect(tlsFailure(message, tls, 'kafka.tls')).toBe(expected);
});

test('an untrusted server is told without a section, too', () => {
  expect(tlsFailure('unable to verify the first certificate', undefined, 'registry.tls')).toContain('registry.tls.ca');
});

test.each(['connect ECONNREFUSED 127.0.0.1:9092', 'Closed connection', 'read ECONNRESET'])(
  '%s is not about TLS',
  (message) => {
    expect(tlsFailure(message, withCertificate, 'kafka.tls')).toBeUndefined();
  },
);
