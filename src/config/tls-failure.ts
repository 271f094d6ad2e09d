/** A TLS connection that failed, in words of the settings that decide about it. Pure. */

/** The part of a `tls` section that matters; undefined when there is none. */
type ClientCertificate = { readonly cert?: string | undefined } | undefined;

/** Alerts by which a server says that our certificate is wrong, or wanted (RFC 8446, 6.2). */
const CERTIFICATE_ALERT =
  /alert ((?:bad|unsupported) certificate|certificate (?:revoked|expired|unknown|required)|unknown ca|access denied)/;
/** What OpenSSL says of a chain that does not end at a known authority. */
const UNTRUSTED = /self[- ]signed certificate[^;]*|unable to (?:verify the first|get (?:local )?issuer) certificate/;
const WRONG_NAME = /does not match certificate's altnames/;
const NO_TLS = /wrong version number|packet length too long/;
/** What is seen of a server that hangs up without an alert, or with one that says nothing. */
const HANDSHAKE_ENDED = /before secure TLS connection was established|alert handshake failure/;
/** By TLS 1.3 the handshake is over for the client before the server has looked at the certificate. */
const CONNECTION_ENDED = /^other side closed$/;

/**
 * @param message what a connection with TLS failed with
 * @param section where the settings stand: `kafka.tls`
 * @returns undefined when the failure is not about TLS
 */
export function tlsFailure(message: string, tls: ClientCertificate, section: string): string | undefined {
  const hasCertificate = tls?.cert !== undefined;
  const [, alert] = CERTIFICATE_ALERT.exec(message) ?? [];
  if (alert !== undefined) {
    return hasCertificate
      ? `the server does not accept the client certificate of ${section}.cert (${alert})`
      : `the server wants a client certificate (${alert}); set ${section}.cert and ${section}.key`;
  }
  const [untrusted] = UNTRUSTED.exec(message) ?? [];
  if (untrusted !== undefined) {
    return `no trusted authority stands behind the certificate of the server (${untrusted}); set ${section}.ca to its authority`;
  }
  if (WRONG_NAME.test(message)) {
    return `${message.trim().replace(/:$/, '')}; set ${section}.serverName if the server is the right one`;
  }
  if (NO_TLS.test(message)) return `the server does not speak TLS, which ${section} asks for`;
  const perhaps = hasCertificate
    ? `not accept the client certificate of ${section}.cert`
    : `want a client certificate (${section}.cert and ${section}.key)`;
  if (HANDSHAKE_ENDED.test(message)) {
    return `the server breaks off the TLS handshake; it may not speak TLS, or may ${perhaps}`;
  }
  if (CONNECTION_ENDED.test(message)) return `${message}; if it never worked, the server may ${perhaps}`;
  return undefined;
}
