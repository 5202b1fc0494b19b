import { createServer, type IncomingMessage, type RequestListener, type Server, type ServerResponse } from "node:http";
import type { AddressInfo } from "node:net";
import { MillraceError } from "#kernel/errors.ts";
import { hooksPath } from "../hooks/hooks.ts";
import { portTaken } from "./port.ts";

const retrySeconds = 5;
const lookEveryMs = 100;
/** How long a request that has begun may take once the door closes. */
const patienceMs = 3000;

/** How long a request may take to arrive, and how many connections may be open. */
interface ConnectionBounds {
  requestTimeout: number;
  headersTimeout: number;
  keepAliveTimeout: number;
  /** How often late requests are looked for. */
  connectionsCheckingInterval: number;
  mostConnections: number;
}

/** More connections than any proxy keeps open; each costs some kilobytes, so that they cannot fill the memory. */
const usualBounds: ConnectionBounds = {
  requestTimeout: 60_000,
  headersTimeout: 20_000,
  keepAliveTimeout: 65_000,
  connectionsCheckingInterval: 5_000,
  mostConnections: 10_000,
};

/** An HTTP server with the bounds that a door to the Internet needs. */
export function createBoundedServer(handler: RequestListener, bounds: Partial<ConnectionBounds> = {}): Server {
  const { mostConnections, ...times } = { ...usualBounds, ...bounds };
  const server = createServer(times, handler);
  server.maxConnections = mostConnections;
  server.on("clientError", (_, socket) => socket.writable && socket.end("HTTP/1.1 400 Bad Request\r\nconnection: close\r\n\r\n"));
  return server;
}

/**
 * The listening port. It is opened before anything behind it, so that a port in use ends a start at once and events are never
 * refused without a word: until the app is ready, hooks are answered 429 with Retry-After, and everything else 503 with the reason.
 */
export class FrontDoor {
  readonly server: Server;
  #app: RequestListener | null = null;
  #isOpen = false;
  #closing: Promise<void> | null = null;

  /** `reason` is what is answered until the door opens. It is read by strangers: no path belongs in it. */
  constructor(reason: MillraceError) {
    this.server = createBoundedServer((req, res) => {
      if (this.#isOpen && this.#app) this.#app(req, res);
      else refuse(req, res, reason);
    });
  }

  /** Listens; throws CONFLICT when the port is in use. Gives the port, which the system chooses when it is 0. */
  async listen({ host, port }: { host: string; port: number }): Promise<number> {
    await new Promise<void>((resolve, reject) => {
      this.server.once("error", reject);
      this.server.listen({ host, port }, () => {
        this.server.off("error", reject);
        resolve();
      });
    }).catch((thrown: unknown) => Promise.reject(portTaken(thrown, port, "MILLRACE_PORT")));
    return (this.server.address() as AddressInfo).port;
  }

  /** What answers once the door is open. */
  attach(app: RequestListener): Server {
    this.#app = app;
    return this.server;
  }

  open(): void {
    this.#isOpen = true;
  }

  /** Takes no new connection, answers what has begun, and ends what is left after three seconds. */
  close(): Promise<void> {
    this.#closing ??= closeServer(this.server);
    return this.#closing;
  }
}

async function closeServer(server: Server): Promise<void> {
  if (!server.listening) return;
  const idle = setInterval(() => server.closeIdleConnections(), lookEveryMs);
  const late = setTimeout(() => server.closeAllConnections(), patienceMs);
  await new Promise((resolve) => server.close(resolve));
  clearInterval(idle);
  clearTimeout(late);
}

/** 429 is all that senders of events repeat. A process that is starting is alive; one that waits for its operator is of no use. */
function refuse(req: IncomingMessage, res: ServerResponse, reason: MillraceError): void {
  const path = req.url!.split("?", 1)[0]!;
  const isHook = path.startsWith(hooksPath);
  if (path === "/healthz" && reason.row.retry) return answer(req, res, 200, { ok: true });
  const body = path === "/readyz" ? { ready: false, reason: reason.message } : { error: reason };
  if (isHook || reason.row.retry) res.setHeader("retry-after", String(retrySeconds));
  answer(req, res, isHook ? 429 : reason.row.status, body);
}

/** The body is not read, so the connection ends with the answer. */
function answer(req: IncomingMessage, res: ServerResponse, status: number, body: object): void {
  req.resume();
  const text = JSON.stringify(body);
  res.writeHead(status, {
    "content-type": "application/json; charset=utf-8",
    "content-length": Buffer.byteLength(text),
    "cache-control": "no-store",
    connection: "close",
  });
  res.once("finish", () => setTimeout(() => req.socket.destroy(), 1000).unref());
  res.end(text);
}

/** The reason of a start that is under way. */
export const starting = () => new MillraceError("STARTING", { details: { seconds: retrySeconds } });
