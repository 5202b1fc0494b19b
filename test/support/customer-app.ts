import { createServer, type Server } from "node:http";

/** The customer's own app, on this machine: takes any JSON that is posted to it. */
export class CustomerApp {
  /** The newest last. */
  readonly received: Record<string, unknown>[] = [];
  readonly #server: Server;
  #port = 0;

  constructor() {
    this.#server = createServer((req, res) => {
      const chunks: Buffer[] = [];
      req.on("data", (chunk: Buffer) => chunks.push(chunk));
      req.on("end", () => {
        this.received.push(JSON.parse(Buffer.concat(chunks).toString()) as Record<string, unknown>);
        res.writeHead(200, { "content-type": "application/json" }).end('{"ok":true}');
      });
    });
  }

  /** Where it is posted to, once it is open. */
  get address(): string {
    return `http://127.0.0.1:${this.#port}/in`;
  }

  /** Opens it, and gives the settings with which Millrace may call it. */
  readonly open = async (): Promise<Record<string, string>> => {
    await new Promise<void>((resolve) => this.#server.listen(0, "127.0.0.1", resolve));
    this.#port = (this.#server.address() as { port: number }).port;
    return { MILLRACE_ALLOW_PRIVATE_HOSTS: `127.0.0.1:${this.#port}` };
  };

  close(): void {
    this.#server.closeAllConnections();
    this.#server.close();
  }
}
