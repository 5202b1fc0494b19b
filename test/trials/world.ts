import { readFileSync } from "node:fs";
import { createServer, type IncomingMessage, type ServerResponse } from "node:http";
import {
  connect,
  installFlow,
  millraceProcess,
  openRuns,
  until,
  type MillraceOptions,
  type MillraceProcess,
} from "#test/support/millrace.ts";
import { openTarget, type Target } from "#test/support/target.ts";

/** A flow that posts each event to a target, by a key that the target honours. */
export const postingFlow = {
  name: "Posts each event",
  trigger: { app: "http", operation: "webhook", key: "{{ trigger.id }}" },
  steps: [
    {
      id: "post",
      app: "http",
      operation: "post",
      connection: "target",
      input: { url: "/things", body: { id: "{{ trigger.id }}" }, idempotent: true },
    },
  ],
};

export interface World {
  millrace: MillraceProcess;
  target: Target;
  hookUrl: string;
}

/** A Millrace with one posting flow, and the target it posts to; both are gone when `work` has ended. */
export async function inWorld<T>(options: MillraceOptions, work: (world: World) => Promise<T>): Promise<T> {
  const target = await openTarget();
  const millrace = await millraceProcess({ ...options, allow: [target.host, ...(options.allow ?? [])] });
  try {
    await millrace.start();
    await connect(millrace, { name: "target", app: "http", auth: "none", baseUrl: target.origin });
    const { hookUrl } = await installFlow(millrace, postingFlow);
    return await work({ millrace, target, hookUrl });
  } finally {
    await millrace.remove();
    await target.close();
  }
}

export const settled = (millrace: MillraceProcess, limitMs: number): Promise<void> =>
  until("every run reaches its end", limitMs, async () => (await openRuns(millrace).catch(() => 1)) === 0);

/** Resident memory of a process, in MiB. */
export const residentMiB = (pid: number): number =>
  Math.round(Number(/^VmRSS:\s+(\d+)/m.exec(readFileSync(`/proc/${pid}/status`, "latin1"))?.[1] ?? 0) / 1024);

/** The most memory a process held while watched. */
export function watchMemory(pid: number): { stop(): number } {
  let peak = 0;
  const timer = setInterval(() => {
    try {
      peak = Math.max(peak, residentMiB(pid));
    } catch {
      clearInterval(timer); // it has ended
    }
  }, 200);
  return {
    stop() {
      clearInterval(timer);
      return peak;
    },
  };
}

export interface BadHost {
  host: string;
  origin: string;
  requests(): number;
  /** Answers all from now on, and those that wait. */
  heal(): void;
  close(): Promise<void>;
}

/** A host that takes requests and does not answer (`hang`), or answers a byte a second (`drip`), until it heals. */
export async function openBadHost(kind: "hang" | "drip"): Promise<BadHost> {
  const waiting = new Set<ServerResponse>();
  let healed = false;
  let requests = 0;
  const good = (res: ServerResponse) => {
    if (!res.headersSent) res.writeHead(201, { "content-type": "application/json" });
    res.end("{}");
  };
  const drip = (res: ServerResponse) => {
    res.writeHead(200, { "content-type": "application/json", "content-length": "100000" });
    const timer = setInterval(() => res.write(" "), 1000);
    res.once("close", () => clearInterval(timer));
  };
  const server = createServer((req: IncomingMessage, res) => {
    requests++;
    req.resume();
    req.once("end", () => {
      if (healed) return good(res);
      waiting.add(res);
      res.once("close", () => waiting.delete(res));
      if (kind === "drip") drip(res);
    });
  });
  await new Promise<void>((resolve) => server.listen(0, "127.0.0.1", resolve));
  const { port } = server.address() as { port: number };
  return {
    host: `127.0.0.1:${port}`,
    origin: `http://127.0.0.1:${port}`,
    requests: () => requests,
    heal() {
      healed = true;
      for (const res of waiting) res.destroy();
    },
    async close() {
      server.closeAllConnections();
      await new Promise((resolve) => server.close(resolve));
    },
  };
}
