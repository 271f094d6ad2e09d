#!/usr/bin/env node
// Starts callmatch from a checkout: Node runs the TypeScript of src/ as it is. (It does not do so inside node_modules,
// so a published package needs a build.) Plain old JavaScript, so that an old Node gets as far as the message.
const [major] = process.versions.node.split('.').map(Number);
if (major < 24) {
  process.stderr.write(`callmatch needs Node 24 or newer; this is Node ${process.versions.node}.\n`);
  process.exitCode = 2;
} else {
  import('../src/cli.ts').then(({ main }) => main());
}
