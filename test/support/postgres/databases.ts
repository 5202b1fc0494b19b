import { createServer, type IncomingMessage, type Server } from "node:http";
import type { AddressInfo } from "node:net";
import { Client } from "pg";
import { openPostgres } from "#storage/postgres/open.ts";
import { startPostgres, type PostgresServer } from "./server.ts";

/**
 * Databases for the tests of one run, all on one server. It starts when the first is asked for, so a run that needs none pays nothing.
 * Workers ask by HTTP: POST answers with the address of a database with all tables and none of a test's rows, POST /empty with one that has
 * no tables, and DELETE /name gives it back. Emptying a database for the next test takes a tenth of the time that making one takes.
 */
export class TestDatabases {
  readonly #http: Server;
  #server: Promise<Running> | null = null;
  #made = 0;
  readonly #ready: string[] = [];
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
    if (method === "DELETE") return this.#giveBack(url.slice(1));
    if (url === "/empty") return this.#make(`empty_${++this.#made}`, "template0");
    const ready = this.#ready.pop();
    return ready === undefined ? this.#make(`test_${++this.#made}`, template) : addressOf((await this.#running()).server, ready);
  }

  async #make(name: string, from: string): Promise<string> {
    const { server, admin } = await this.#running();
    await admin.query(`create database ${name} template ${from} strategy file_copy`);
    return addressOf(server, name);
  }

  async #giveBack(name: string): Promise<string> {
    const { server, admin } = await this.#running();
    if (name.startsWith("empty")) await admin.query(`drop database ${admin.escapeIdentifier(name)} with (force)`);
    else {
      await admin.query("select pg_terminate_backend(pid) from pg_stat_activity where datname = $1", [name]);
      await within(addressOf(server, name), (client) => client.query(emptyAgain));
      this.#ready.push(name);
    }
    return "";
  }

  #running(): Promise<Running> {
    return (this.#server ??= start());
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
  await within(addressOf(server, template), (client) => client.query(keepFirstRows));
  return { server, admin };
}

const ownTables =
  "select table_name as name from information_schema.tables where table_schema = 'public' and table_name not like 'kysely%'";

/** Some tables have a row from the first: it is put aside. */
const keepFirstRows = `
  create schema first_rows;
  do $$ declare t record; n int; begin
    for t in ${ownTables} loop
      execute format('select count(*) from public.%I', t.name) into n;
      if n > 0 then execute format('create table first_rows.%I as table public.%I', t.name, t.name); end if;
    end loop;
  end $$`;

const emptyAgain = `
  do $$ declare t record; n int; begin
    for t in ${ownTables} loop
      execute format('select count(*) from (select 1 from public.%I limit 1) as one', t.name) into n;
      if n > 0 then execute format('truncate public.%I restart identity', t.name); end if;
    end loop;
    for t in select table_name as name from information_schema.tables where table_schema = 'first_rows' loop
      execute format('insert into public.%I select * from first_rows.%I', t.name, t.name);
    end loop;
  end $$`;

async function within(url: string, use: (client: Client) => Promise<unknown>): Promise<void> {
  const client = new Client({ connectionString: url });
  await client.connect();
  try {
    await use(client);
  } finally {
    await client.end();
  }
}

const addressOf = ({ url }: PostgresServer, database: string) => Object.assign(new URL(url), { pathname: `/${database}` }).href;
