import { spawn } from "node:child_process";
import { join } from "node:path";
import { createInterface } from "node:readline";
import { packageRoot } from "#kernel/root.ts";

/** A PostgreSQL of its own, with data that are gone when it is closed. */
export interface PostgresServer {
  /** The address of its first database, as its superuser. */
  readonly url: string;
  /** Cuts all sessions off and ends; the data stay. */
  stop(): Promise<void>;
  /** Ends as in a crash; the data stay as they are on disk. */
  crash(): Promise<void>;
  /** Starts again on the same data and port. */
  start(): Promise<void>;
  close(): Promise<void>;
}

/** Starts a PostgreSQL from npm: a second or two. It ends with this process, however that ends. */
export async function startPostgres(): Promise<PostgresServer> {
  const child = spawn(process.execPath, [join(packageRoot(), "test/support/postgres/supervisor.mjs")], {
    stdio: ["pipe", "pipe", "inherit"],
  });
  const lines = createInterface({ input: child.stdout })[Symbol.asyncIterator]();
  const gone = new Promise<void>((resolve) => child.once("close", () => resolve()));
  const ask = async (command: string): Promise<string> => {
    child.stdin.write(`${command}\n`);
    const line = await lines.next();
    if (line.done) throw new Error("The PostgreSQL for tests ended.");
    const answer = JSON.parse(line.value) as { url: string } | { error: string };
    if ("error" in answer) throw new Error(answer.error);
    return answer.url;
  };
  const url = await ask("start");
  return {
    url,
    stop: async () => void (await ask("stop")),
    crash: async () => void (await ask("crash")),
    start: async () => void (await ask("start")),
    async close() {
      child.stdin.end();
      await gone;
    },
  };
}
