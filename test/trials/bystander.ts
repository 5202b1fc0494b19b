/**
 * Another flow that must not notice what is done to its neighbours, in a process of its own so that the trial's own load does not
 * count. It sends small events at a steady pace and measures how long each takes to reach its target.
 */
import { fork, type ChildProcess } from "node:child_process";
import { once } from "node:events";
import { createServer } from "node:http";
import { fileURLToPath } from "node:url";
import { connect, installFlow, type MillraceProcess } from "#test/support/millrace.ts";
import { percentile } from "./trial.ts";

export interface Watch {
  sent: number;
  arrived: number;
  p50: number;
  p99: number;
  /** The longest /healthz took, in milliseconds. */
  slowestHealth: number;
}

export interface Bystander {
  /** Host and port of its target: flows must be allowed to call it. */
  host: string;
  install(millrace: MillraceProcess): Promise<void>;
  /** Watches for so long while something else happens. */
  watch(seconds: number): Promise<Watch>;
  close(): void;
}

export async function openBystander(): Promise<Bystander> {
  const child = fork(fileURLToPath(import.meta.url), { env: { ...process.env, MILLRACE_TRIAL_BYSTANDER: "1" } });
  const { host } = (await answerOf(child)) as { host: string };
  let addresses = { hookUrl: "", origin: "" };
  return {
    host,
    async install(millrace) {
      await connect(millrace, { name: "bystander", app: "http", auth: "none", baseUrl: `http://${host}` });
      const { hookUrl } = await installFlow(millrace, {
        name: "Bystander",
        trigger: { app: "http", operation: "webhook" },
        steps: [
          {
            id: "post",
            app: "http",
            operation: "post",
            connection: "bystander",
            input: { url: "/seen", body: { id: "{{ trigger.id }}" }, idempotent: true },
          },
        ],
      });
      addresses = { hookUrl, origin: millrace.origin };
    },
    async watch(seconds) {
      child.send({ ...addresses, seconds });
      return (await answerOf(child)) as Watch;
    },
    close: () => void child.kill(),
  };
}

async function answerOf(child: ChildProcess): Promise<unknown> {
  const [message] = (await once(child, "message")) as [unknown];
  return message;
}

const perSecond = 10;
const patienceMs = 10_000;

/** The child: its target, its sender and its probe of /healthz. */
async function beBystander(): Promise<void> {
  const arrivals = new Map<string, number>();
  const server = createServer((req, res) => {
    let text = "";
    req.on("data", (chunk: Buffer) => (text += chunk.toString()));
    req.on("end", () => {
      const { id } = JSON.parse(text) as { id: string };
      arrivals.set(id, arrivals.get(id) ?? performance.now());
      res.writeHead(201, { "content-type": "application/json" }).end("{}");
    });
  });
  server.listen(0, "127.0.0.1");
  await once(server, "listening");
  const { port } = server.address() as { port: number };
  process.on("message", (order: { hookUrl: string; origin: string; seconds: number }) => void watch(order, arrivals));
  process.send!({ host: `127.0.0.1:${port}` });
}

async function watch({ hookUrl, origin, seconds }: { hookUrl: string; origin: string; seconds: number }, arrivals: Map<string, number>) {
  const sent = new Map<string, number>();
  const health: number[] = [];
  const open: Promise<unknown>[] = [];
  const ask = async (url: string, init?: RequestInit) => {
    const began = performance.now();
    await fetch(url, { ...init, signal: AbortSignal.timeout(patienceMs) }).then(
      (r) => r.arrayBuffer(),
      () => null,
    );
    return performance.now() - began;
  };
  const turn = () => {
    const id = `w${Date.now()}-${sent.size}`;
    sent.set(id, performance.now());
    open.push(ask(hookUrl, { method: "POST", headers: { "content-type": "application/json" }, body: JSON.stringify({ id }) }));
    open.push(ask(`${origin}/healthz`).then((ms) => health.push(ms)));
  };
  const timer = setInterval(turn, 1000 / perSecond);
  await new Promise((resolve) => setTimeout(resolve, seconds * 1000));
  clearInterval(timer);
  await Promise.all(open);
  const arrived = () => [...sent.keys()].filter((id) => arrivals.has(id));
  const end = performance.now() + patienceMs;
  while (arrived().length < sent.size && performance.now() < end) await new Promise((resolve) => setTimeout(resolve, 50));
  const late = performance.now();
  const took = [...sent].map(([id, began]) => (arrivals.get(id) ?? late) - began);
  process.send!({
    sent: sent.size,
    arrived: arrived().length,
    p50: percentile(took, 0.5),
    p99: percentile(took, 0.99),
    slowestHealth: percentile(health, 1),
  } satisfies Watch);
}

if (process.env["MILLRACE_TRIAL_BYSTANDER"] === "1" && process.send) await beBystander();
