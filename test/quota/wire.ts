import { createServer, request, type IncomingMessage, type ServerResponse } from "node:http";
import type { AddressInfo } from "node:net";

/** What lies between Millrace and the sandbox: it counts what passes, and loses answers that were already given. */
export interface Wire {
  url: string;
  /** Requests that reached the other side, as `POST /oauth/token`. */
  passed(what: string): number;
  /** The next answers to requests of this path never arrive: the connection breaks. */
  lose(path: string, count: number): void;
  close(): Promise<void>;
}

export async function openWire(upstream: string): Promise<Wire> {
  const seen = new Map<string, number>();
  const lost = new Map<string, number>();
  const server = createServer((incoming, outgoing) => {
    const [path = ""] = (incoming.url ?? "").split("?");
    const what = `${incoming.method ?? ""} ${path}`;
    seen.set(what, (seen.get(what) ?? 0) + 1);
    pass(upstream, incoming, (answer) => {
      const losses = lost.get(path) ?? 0;
      if (losses === 0) return give(answer, outgoing);
      lost.set(path, losses - 1);
      answer.resume();
      incoming.socket.destroy();
    });
  });
  await new Promise<void>((resolve) => server.listen(0, "127.0.0.1", resolve));
  return {
    url: `http://127.0.0.1:${(server.address() as AddressInfo).port}`,
    passed: (what) => seen.get(what) ?? 0,
    lose: (path, count) => void lost.set(path, count),
    close: () =>
      new Promise((resolve) => {
        server.close(() => resolve());
        server.closeAllConnections();
      }),
  };
}

function pass(upstream: string, incoming: IncomingMessage, answered: (answer: IncomingMessage) => void): void {
  const { method, headers, url } = incoming;
  const outgoing = request(`${upstream}${url ?? ""}`, { method, headers }, answered);
  outgoing.on("error", () => incoming.socket.destroy());
  incoming.pipe(outgoing);
}

function give(answer: IncomingMessage, outgoing: ServerResponse): void {
  outgoing.writeHead(answer.statusCode ?? 502, answer.headers);
  answer.pipe(outgoing);
}
