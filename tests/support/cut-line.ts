import { connect, createServer, type Socket } from 'node:net';

export interface CutLine {
  readonly url: string;
  /** Nothing comes through any more, and what is under way breaks off. */
  cut(): void;
  mend(): void;
  close(): Promise<void>;
}

/** A way to a server on this machine that can be cut: TCP, byte for byte. */
export async function startCutLine(url: string): Promise<CutLine> {
  const target = Number(new URL(url).port);
  const open = new Set<Socket>();
  let isCut = false;
  const server = createServer((from) => {
    if (isCut) {
      from.destroy();
      return;
    }
    const to = connect(target, '127.0.0.1');
    for (const [one, other] of [
      [from, to],
      [to, from],
    ] as const) {
      open.add(one);
      one.pipe(other);
      one.on('error', () => other.destroy());
      one.on('close', () => {
        open.delete(one);
        other.destroy();
      });
    }
  });
  await new Promise<void>((resolve) => server.listen(0, '127.0.0.1', resolve));
  const address = server.address();
  if (typeof address !== 'object' || address === null) throw new Error('it listens on a port');
  const breakOff = (): void => {
    for (const socket of open) socket.destroy();
  };
  return {
    url: `http://127.0.0.1:${address.port}`,
    cut() {
      isCut = true;
      breakOff();
    },
    mend() {
      isCut = false;
    },
    async close() {
      breakOff();
      await new Promise((resolve) => server.close(resolve));
    },
  };
}
