/** One event, one flow or one host against all the others: what they do must not be noticed next door. */
import { connect, installFlow, openRuns, post, until, type MillraceProcess } from "#test/support/millrace.ts";
import { openBystander, type Watch } from "./bystander.ts";
import { Promises, type Outcome, type Trial } from "./trial.ts";
import { inWorld, openBadHost, settled, watchMemory, type BadHost } from "./world.ts";

const heap = { NODE_OPTIONS: "--max-old-space-size=512" };
const mebibyte = 1024 * 1024;

interface Neighbour {
  title: string;
  /** What is done to the neighbours; resolves when it is begun. */
  harm(millrace: MillraceProcess): Promise<void>;
  bad?: "hang" | "drip";
  seconds: number;
  /** Whether each harmful run must reach an end once the host is well again. */
  ends: boolean;
}

const besides = ({ title, harm, bad, seconds, ends }: Neighbour): Trial => ({
  title,
  async run() {
    const bystander = await openBystander();
    const host = bad ? await openBadHost(bad) : null;
    try {
      const allow = [bystander.host, ...(host ? [host.host] : [])];
      return await inWorld({ allow, env: heap }, async ({ millrace }) => {
        await bystander.install(millrace);
        if (host) await connect(millrace, { name: "bad", app: "http", auth: "none", baseUrl: host.origin });
        await bystander.watch(1);
        const memory = watchMemory(millrace.pid);
        const watching = bystander.watch(seconds);
        await harm(millrace);
        const watched = await watching;
        return verdict(millrace, watched, memory.stop(), ends ? host : null);
      });
    } finally {
      bystander.close();
      await host?.close();
    }
  },
});

async function verdict(millrace: MillraceProcess, watched: Watch, peak: number, host: BadHost | null): Promise<Outcome> {
  const promises = new Promises();
  const { sent, arrived, p50, p99, slowestHealth } = watched;
  promises.expect(millrace.running, "the process ended");
  promises.expect(arrived === sent, `${sent - arrived} of the bystander's ${sent} events did not arrive within 10 s`);
  promises.expect(p99 < 100, `the bystander's p99 was ${p99} ms`);
  promises.expect(peak < 400, `memory reached ${peak} MiB`);
  const waiting = await openRuns(millrace);
  host?.heal();
  if (host) await settled(millrace, 90_000).catch((error: Error) => promises.expect(false, error.message));
  return {
    figures: {
      "bystander p50 ms": p50,
      "p99 ms": p99,
      "slowest /healthz ms": slowestHealth,
      "peak MiB": peak,
      "runs open at the end": waiting,
    },
    broken: promises.broken,
  };
}

/** Posts `count` events of a flow, eight at a time, and insists that each is taken. */
async function pour(hookUrl: string, count: number, payload: (n: number) => unknown): Promise<void> {
  let next = 0;
  const one = async () => {
    while (next < count) {
      const n = next++;
      await until(`event ${n} is taken`, 60_000, async () => (await post(hookUrl, payload(n))).status === 202);
    }
  };
  await Promise.all(Array.from({ length: 8 }, one));
}

const toBadHost = {
  id: "post",
  app: "http",
  operation: "post",
  connection: "bad",
  input: { url: "/", body: { id: "{{ trigger.id }}" }, idempotent: true },
};
const flow = (steps: unknown[]) => ({ name: "Harm", trigger: { app: "http", operation: "webhook" }, steps });

const largeToHanging = besides({
  title: "500 events of 1 MiB to a host that hangs, in a heap of 512 MiB",
  bad: "hang",
  seconds: 30,
  ends: true,
  async harm(millrace) {
    const { hookUrl } = await installFlow(millrace, flow([toBadHost]));
    const filling = "x".repeat(mebibyte - 100);
    await pour(hookUrl, 500, (n) => ({ id: `l${n}`, filling }));
  },
});

const manyTo = (bad: "hang" | "drip") =>
  besides({
    title: `300 events to a host that ${bad}s`,
    bad,
    seconds: 15,
    ends: true,
    async harm(millrace) {
      const { hookUrl } = await installFlow(millrace, flow([toBadHost]));
      await pour(hookUrl, 300, (n) => ({ id: `m${n}` }));
    },
  });

const hostileText = besides({
  title: "hostile texts of 1 MiB through the filters of a note",
  seconds: 15,
  ends: false,
  async harm(millrace) {
    const texts = "{{ trigger.text | truncate: 100 }}{{ trigger.text | strip_html | squish }}{{ trigger.text | titlecase | truncate: 50 }}";
    const { hookUrl } = await installFlow(millrace, flow([{ id: "note", format: { texts } }]));
    const hostile = ["a", "é\u0301", "👩‍👩‍👧", "<", " ", "\u0301", "1,"];
    for (const [n, piece] of hostile.entries()) {
      const text = piece.repeat(Math.floor((mebibyte - 1000) / Buffer.byteLength(piece)));
      await pour(hookUrl, 1, () => ({ id: `t${n}`, text }));
    }
  },
});

const nestedLoops = besides({
  title: "nested loops of 3,000 x 3,000 without a call",
  seconds: 15,
  ends: false,
  async harm(millrace) {
    const inner = { id: "inner", forEach: "trigger.items", as: "b", do: [{ id: "pair", format: { pair: "{{ a }}-{{ b }}" } }] };
    const { hookUrl } = await installFlow(millrace, flow([{ id: "outer", forEach: "trigger.items", as: "a", do: [inner] }]));
    await pour(hookUrl, 1, () => ({ items: Array.from({ length: 3000 }, (_, n) => n) }));
  },
});

export const hostile = [largeToHanging, manyTo("hang"), manyTo("drip"), hostileText, nestedLoops];
