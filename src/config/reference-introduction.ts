/** The part of docs/configuration.md that is written by hand: how the configuration is put together. */
export const INTRODUCTION = `A file, environment variables and flags are put together in this order; the later wins.

1. **File.** YAML. \`--config FILE\`, else the file that \`CALLMATCH_CONFIG\` names, else \`./callmatch.yaml\` if there is one.
2. **Environment.** \`CALLMATCH_\` and the path of the field, \`__\` between its steps: \`CALLMATCH_KAFKA__GROUP_ID\` is
   \`kafka.groupId\`.
3. **Flags.** \`--set kafka.groupId=calls\`, as often as needed.

\`callmatch config check\` prints what comes out of it, and where each value came from. If something is wrong, every
command lists all mistakes at once and ends with exit code 2. Unknown fields are mistakes.

## Example

A file needs no more than the portals; the rest has defaults. \`examples/full.yaml\` has every setting.

\`\`\`yaml
kafka:
  brokers: [kafka-1:9092, kafka-2:9092]
  tls: {}
  sasl:
    mechanism: scram-sha-512
    username: callmatch # the password: CALLMATCH_KAFKA__SASL__PASSWORD_FILE
    password: change-me
sources:
  - topic: calls.us
    mapping: asterisk
    defaultCountry: US
    portal: { name: acme }
  - topic: calls.eu
    defaultCountry: DE
    portal: { name: acme-eu }
portals:
  acme:
    token: change-me
  acme-eu:
    token: change-me
    quota: { requests: 190 }
\`\`\`

A portal has a \`token\` that never changes, or \`oauth\`: the refresh token of an OAuth app, by which access tokens are
fetched and replaced ahead of their end.

\`\`\`yaml
portals:
  acme:
    hubId: 100001
    oauth:
      clientId: 0a1b2c3d
      clientSecret: change-me # or CALLMATCH_PORTALS__ACME__OAUTH__CLIENT_SECRET_FILE
      refreshTokenFile: /var/lib/callmatch/acme.refresh-token
\`\`\`

HubSpot may give a new refresh token with each access token. It is written to \`refreshTokenFile\`, whose folder must be
writable; with \`refreshToken\` instead, a new one is lost at a restart (the log says so). The file is read before each use:
after the app was installed again, put the new refresh token there, and the portal goes on by itself.

The same quota and a token, by the environment and a flag:

\`\`\`sh
export CALLMATCH_PORTALS__ACME_EU__TOKEN_FILE=/run/secrets/acme-eu-token
export CALLMATCH_PORTALS__ACME_EU__QUOTA__REQUESTS=190
callmatch run --set portals.acme.quota.requests=190
\`\`\`

An editor completes and checks the file with \`schemas/callmatch-config.schema.json\` (\`callmatch config schema\` prints it):
put \`# yaml-language-server: $schema=PATH\` on top of the file.

## Rules

- **Lists** in variables and flags are separated by commas: \`CALLMATCH_KAFKA__BROKERS=a:9092,b:9092\`. One item of a list
  is named by its number: \`CALLMATCH_SOURCES__0__TOPIC\`, \`--set sources[0].topic=calls\`.
- **Sections** in variables and flags are written as JSON: \`CALLMATCH_KAFKA__TLS={}\`.
- **Names of portals** in variables have capitals and \`_\` for \`-\`: \`CALLMATCH_PORTALS__ACME_EU__TOKEN\` is
  \`portals.acme-eu.token\`.
- **Secrets** can be kept in files: the variable with \`_FILE\` at its end names the file, whose content is trimmed. No
  command shows a secret, and none is logged. (A flag is visible to every user of the machine; keep secrets out of it.)
- **Names of files** are relative to the folder that callmatch is started in.
- **Durations** are a number and a unit: \`250ms\`, \`4s\`, \`10m\`, \`24h\`, \`7d\`.
- An **empty variable** counts as not set. A variable that starts with \`CALLMATCH_\` and the name of a section, but names
  no field, is a mistake; \`CALLMATCH_CONFIG\` and \`CALLMATCH_STACK\` are no fields.
- In the tables, \`<name>\` stands for a name of your own, and \`[]\` for the number of an item. A field that is required is
  so only if its section is there.`;
