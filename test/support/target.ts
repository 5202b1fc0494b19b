import { createServer } from "node:http";
import { isObject } from "#kernel/json.ts";

/** An API that creates what it is posted, by `id`, and honours idempotency keys. It counts what it created, not what it was sent. */
export interface Target {
  readonly origin: string;
  readonly host: string;
  /** How often each id was created. */
  readonly created: ReadonlyMap<string, number>;
  /** Requests recognised by their key as sent before. */
  repeats(): number;
  /** Status of the answers from now on; 201 is the way it should be. */
  answer(status: number, headers?: Record<string, string>): void;
  requests(): number;
  close(): Promise<void>;
}

export async function openTarget(): Promise<Target> {
  const created = new Map<string, number>();
  const keys = new Set<string>();
  let mood: { status: number; headers: Record<string, string> } = { status: 201, headers: {} };
  let repeats = 0;
  let requests = 0;

  const take = (text: string, key: string | undefined) => {
    if (key !== undefined && keys.has(key)) return void repeats++;
    if (key !== undefined) keys.add(key);
    const body: unknown = JSON.parse(text);
    const id = isObject(body) ? String(body["id"]) : "?";
    created.set(id, (created.get(id) ?? 0) + 1);
  };
  const server = createServer((req, res) => {
    const chunks: Buffer[] = [];
    req.on("data", (chunk: Buffer) => chunks.push(chunk));
    req.on("end", () => {
      requests++;
      const { status, headers } = mood;
      if (status < 300) take(Buffer.concat(chunks).toString(), req.headers["idempotency-key"] as string | undefined);
      res.writeHead(status, { "content-type": "application/json", ...headers });
      res.end(status < 300 ? `{"ok":true}` : `{"message":"not now"}`);
    });
  });
  await new Promise<void>((resolve) => server.listen(0, "127.0.0.1", resolve));
  const { port } = server.address() as { port: number };
  return {
    origin: `http://127.0.0.1:${port}`,
    host: `127.0.0.1:${port}`,
    created,
    repeats: () => repeats,
    requests: () => requests,
    answer: (status, headers = {}) => void (mood = { status, headers }),
    async close() {
      server.closeAllConnections();
      await new Promise((resolve) => server.close(resolve));
    },
  };
}
