#!/usr/bin/env node
// Starts callmatch from a checkout and in the image: Node runs the TypeScript of src/ as it is. (It does not do so inside
// node_modules, so a published package needs a build.) Plain old JavaScript, so that an old Node gets as far as the message.
const [major] = process.versions.node.split('.').map(Number);

// Commands that handle many records are given their memory, which V8 takes from its command line only.
const FAST = ['--max-semi-space-size=32']; // docs/decisions/0008-young-generation.md
const SMALL = ['--max-semi-space-size=8', '--heap-growing-percent=40']; // docs/decisions/0025-memory-of-a-replay.md
const FLAGS = { run: FAST, dev: FAST, crm: FAST, replay: SMALL, preview: SMALL };

if (major < 24) {
  process.stderr.write(`callmatch needs Node 24 or newer; this is Node ${process.versions.node}.\n`);
  process.exitCode = 2;
} else {
  const args = process.argv.slice(2);
  const flags = FLAGS[args.find((arg) => !arg.startsWith('-'))] || [];
  const isGiven = flags.every((flag) => process.execArgv.includes(flag));
  // The same process with other arguments, so signals reach it. Windows has no such call.
  if (!isGiven && process.platform !== 'win32') {
    // Those that a person gave come later, and win.
    const node = [process.execPath, ...flags, ...process.execArgv];
    process.execve(process.execPath, [...node, process.argv[1], ...args]);
  }
  import('../src/cli.ts').then(({ main }) => main());
}
