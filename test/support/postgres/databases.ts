import { createServer, type IncomingMessage, type Server } from "node:http";
import type { AddressInfo } from "node:net";
import { Client } from "pg";
import { openPostgres } from "#storage/postgres/open.ts";
import { startPostgres, type PostgresServer } from "./server.ts";

/**
 * Databases for the tests of one run, all on one server. It starts when the first is asked for, so a run that needs none pays nothing.
 * Workers ask by HTTP: POST makes a database with all tables and answers with its address, DELETE /name drops it.
 */
export class TestDatabases {
  readonly #http: Server;
  #server: Promise<Running> | null = null;
  #made = 0;
  /** One after another: a database that is copied must not be copied twice at once. */
  #tail: Promise<unknown> = Promise.resolve();

  private constructor() {
    this.#http = createServer((request, reply) => {
      this.#tail = this.#tail
        .then(() => this.#answer(request))
        .then(
          (url) => reply.end(url),
          (error: Error) => reply.writeHead(500).end(error.stack),
        );
    });
  }

  static async open(): Promise<{ port: number; close(): Promise<void> }> {
    const databases = new TestDatabases();
    await new Promise<void>((resolve) => databases.#http.listen(0, "127.0.0.1", resolve));
    return { port: (databases.#http.address() as AddressInfo).port, close: () => databases.#close() };
  }

  async #answer({ method, url = "/" }: IncomingMessage): Promise<string> {
    const { server, admin } = await (this.#server ??= start());
    if (method === "DELETE") {
      await admin.query(`drop database if exists ${admin.escapeIdentifier(url.slice(1))} with (force)`);
      return "";
    }
    const name = `test_${++this.#made}`;
    await admin.query(`create database ${name} template ${template} strategy file_copy`);
    return addressOf(server, name);
  }

  async #close(): Promise<void> {
    this.#http.closeAllConnections();
    this.#http.close();
    if (!this.#server) return;
    const { server, admin } = await this.#server;
    await admin.end();
    await server.close();
  }
}

interface Running {
  server: PostgresServer;
  admin: Client;
}

const template = "millrace_template";

/** A server with one database that has been through all migrations, to be copied. */
async function start(): Promise<Running> {
  const server = await startPostgres();
  const admin = new Client({ connectionString: server.url });
  await admin.connect();
  await admin.query(`create database ${template}`);
  await (await openPostgres({ url: addressOf(server, template) })).close();
  return { server, admin };
}

const addressOf = ({ url }: PostgresServer, database: string) => Object.assign(new URL(url), { pathname: `/${database}` }).href;
