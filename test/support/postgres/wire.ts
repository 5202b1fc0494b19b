import { connect, createServer, type AddressInfo, type Socket } from "node:net";

/** What happens to the next COMMIT that passes. */
type Cut = "before it arrives" | "before its answer";

/** A wire to a PostgreSQL server that can be cut at the worst moment. */
export interface Wire {
  /** The server's address by way of this wire. */
  url: string;
  /** Cuts the connection that commits next, `then` once that is done. */
  cutNextCommit(when: Cut, then?: () => void): void;
  close(): Promise<void>;
}

export async function wireTo(url: string): Promise<Wire> {
  const { hostname, port } = new URL(url);
  const sockets = new Set<Socket>();
  let cut: { when: Cut; then: () => void } | null = null;

  const server = createServer((client) => {
    const inner = connect(Number(port), hostname);
    for (const socket of [client, inner]) {
      sockets.add(socket);
      socket.on("error", () => undefined).on("close", () => sockets.delete(socket));
    }
    const end = () => {
      client.destroy();
      inner.destroy();
    };
    let answerIsLost: (() => void) | null = null;
    client.on("data", (bytes) => {
      const now = cut !== null && bytes.includes("commit") ? cut : null;
      if (now) cut = null;
      if (now?.when === "before it arrives") {
        end();
        now.then();
        return;
      }
      answerIsLost = now?.then ?? null;
      inner.write(bytes);
    });
    inner.on("data", (bytes) => {
      if (!answerIsLost) return client.write(bytes);
      const then = answerIsLost;
      end();
      then();
    });
    client.on("close", end);
    inner.on("close", end);
  });
  await new Promise<void>((resolve) => server.listen(0, "127.0.0.1", resolve));
  return {
    url: Object.assign(new URL(url), { port: String((server.address() as AddressInfo).port) }).href,
    cutNextCommit: (when, then = () => undefined) => void (cut = { when, then }),
    async close() {
      for (const socket of sockets) socket.destroy();
      await new Promise((resolve) => server.close(resolve));
    },
  };
}
