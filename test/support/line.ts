/** A TCP line to a server that can be cut and mended: how a CRM is down that cannot even answer. */
import { once } from 'node:events';
import { type AddressInfo, connect, createServer, type Socket } from 'node:net';

export interface Line extends AsyncDisposable {
  /** Origin of this end; the same through all cuts. */
  readonly url: string;
  /** Leads to this loopback port. To be called before the first connection. */
  leadTo(port: number): void;
  /** From now on connections are refused, and those there are have been reset. */
  refuse(): Promise<void>;
  /** From now on connections are accepted, and nothing comes through any of them. */
  hang(): Promise<void>;
  /** New connections lead through again; what hung stays silent, as it would at a server that lost it. */
  mend(): Promise<void>;
}

export async function openLine(): Promise<Line> {
  let target = 0;
  let isHanging = false;
  const sockets = new Set<Socket>();
  const keep = (socket: Socket) => {
    sockets.add(socket);
    socket.on('error', () => socket.destroy());
    socket.on('close', () => sockets.delete(socket));
  };
  const server = createServer((near) => {
    keep(near);
    if (isHanging) return;
    const far = connect(target, '127.0.0.1');
    keep(far);
    near.pipe(far).pipe(near);
    near.on('close', () => far.destroy());
    far.on('close', () => near.destroy());
  });
  const listen = async (port: number) => {
    if (server.listening) return;
    server.listen(port, '127.0.0.1');
    await once(server, 'listening');
  };
  await listen(0);
  // A TCP server has no path: its address is never a string.
  const { port } = server.address() as AddressInfo;
  const cut = () => {
    for (const socket of sockets) socket.resetAndDestroy();
  };

  return {
    url: `http://127.0.0.1:${port}`,
    leadTo(to) {
      target = to;
    },
    async refuse() {
      if (server.listening) server.close();
      cut();
    },
    async hang() {
      isHanging = true;
      for (const socket of sockets) socket.unpipe().pause();
      await listen(port);
    },
    async mend() {
      isHanging = false;
      await listen(port);
    },
    async [Symbol.asyncDispose]() {
      if (server.listening) server.close();
      cut();
    },
  };
}
