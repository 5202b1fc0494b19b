// The load: bounded in count and in time, an id of its own for each event.
// Latency runs from the moment an event was due (rate) or written (max) to its first receipt at the target; both read one monotonic clock.
import { eventBody } from "./lib/event.mjs";
import { quantiles, round } from "./lib/numbers.mjs";
import { cpuSeconds, machineBusySeconds, residentMiB, sleep } from "./lib/processes.mjs";
import { RawClient } from "./lib/raw-client.mjs";

let runs = 0;
const newRun = () => `e${Date.now().toString(36)}${(runs++).toString(36)}`;

export const targetApi = (url) => ({
  url,
  stats: async () => (await fetch(`${url}/stats`)).json(),
  reset: () => fetch(`${url}/reset`, { method: "POST" }),
  outage: (ms) => fetch(`${url}/outage?ms=${ms}`, { method: "POST" }),
  async records() {
    const lines = (await (await fetch(`${url}/records`)).text()).split("\n").filter(Boolean);
    return new Map(lines.map((line) => line.split(" ")).map(([id, at, times]) => [id, { at: BigInt(at), times: Number(times) }]));
  },
});

/**
 * Sends `count` events, `connections` at a time (`rate` null) or `rate` a second. `onAccept(n)` hears of each acceptance;
 * sending ends early once `stop()` is true. Resolves when every request was answered or broken off.
 */
export async function send({ url, count, connections, rate = null, maxSeconds = 120, onAccept = () => {}, stop = () => false }) {
  const client = new RawClient(url, connections);
  const run = newRun();
  const due = new BigInt64Array(count);
  const accepted = [];
  const answerMs = [];
  const refused = {};
  const started = process.hrtime.bigint();
  let sent = 0;
  let answered = 0;
  let timer;
  await new Promise((resolve) => {
    const over = () => sent >= count || stop();
    const one = () => {
      const i = sent++;
      due[i] = rate ? started + BigInt(Math.round((i * 1e9) / rate)) : process.hrtime.bigint();
      client.post(eventBody(`${run}-${i}`), (status, error) => {
        answered++;
        if (status >= 200 && status < 300) {
          accepted.push(i);
          answerMs.push(Number(process.hrtime.bigint() - due[i]) / 1e6);
          onAccept(accepted.length);
        } else {
          const why = error ?? `HTTP ${status}`;
          refused[why] = (refused[why] ?? 0) + 1;
        }
        if (!rate && !over()) one();
        if (over() && answered >= sent) resolve();
      });
    };
    if (rate) {
      timer = setInterval(() => {
        const want = Math.min(count, Math.floor((Number(process.hrtime.bigint() - started) / 1e9) * rate) + 1);
        while (sent < want && !stop()) one();
        if (over() && answered >= sent) resolve();
      }, 2);
    } else for (let k = 0; k < Math.min(connections, count); k++) one();
    setTimeout(resolve, maxSeconds * 1000).unref();
  });
  clearInterval(timer);
  client.end();
  return { run, started, sent, accepted, due, answerMs, refused, seconds: Number(process.hrtime.bigint() - started) / 1e9 };
}

/** Waits until the target has every accepted event, or nothing new came for `stallSeconds`. */
export async function drain(target, { run, accepted }, { limitSeconds = 120, stallSeconds = 20 } = {}) {
  const started = Date.now();
  let best = -1;
  let changed = Date.now();
  for (;;) {
    const { unique } = await target.stats();
    if (unique !== best) {
      best = unique;
      changed = Date.now();
    }
    const late = Date.now() - changed > stallSeconds * 1000 || Date.now() - started > limitSeconds * 1000;
    if (unique >= accepted.length || late) {
      const records = await target.records();
      const arrived = accepted.map((i) => [i, records.get(`${run}-${i}`)]).filter(([, record]) => record);
      if (arrived.length >= accepted.length || late) return { arrived, seconds: (Date.now() - started) / 1000 };
    }
    await sleep(100);
  }
}

/** Sends, waits for the deliveries and gives the figures. `pid` is the root of the process tree that is charged. */
export async function measure({ target, url, pid, ...options }) {
  await target.reset();
  const targetPid = (await target.stats()).pid;
  const cost = () => ({
    system: cpuSeconds(pid),
    ours: ownCpuSeconds() + cpuSeconds(targetPid),
    all: machineBusySeconds(),
    at: Date.now(),
  });
  const peak = watchMemory(pid);
  const before = cost();
  const sending = await send({ url, ...options });
  const { arrived } = await drain(target, sending);
  const after = cost();
  const stats = await target.stats();
  const cpu = after.system - before.system;
  const latency = quantiles(arrived.map(([i, record]) => Number(record.at - sending.due[i]) / 1e6));
  const wall = (after.at - before.at) / 1000;
  return {
    sent: sending.sent,
    accepted: sending.accepted.length,
    lost: sending.accepted.length - arrived.length,
    doubled: stats.doubled,
    sentAgain: stats.sentAgain,
    bad: stats.bad,
    refused: sending.refused,
    eventsPerSecond: arrived.length ? round(arrived.length / (Number(BigInt(stats.lastAt) - sending.started) / 1e9), 1) : 0,
    ...latency,
    answerP50: quantiles(sending.answerMs).p50,
    answerP99: quantiles(sending.answerMs).p99,
    cpuMsPerEvent: arrived.length ? round((cpu * 1000) / arrived.length, 3) : null,
    cores: round(cpu / wall, 2),
    peakMiB: peak.stop(),
    otherCores: round((after.all - before.all - cpu - (after.ours - before.ours)) / wall, 2),
  };
}

const ownCpuSeconds = () => {
  const { user, system } = process.cpuUsage();
  return (user + system) / 1e6;
};

function watchMemory(pid) {
  let most = residentMiB(pid);
  const timer = setInterval(() => (most = Math.max(most, residentMiB(pid))), 500);
  return {
    stop() {
      clearInterval(timer);
      return most;
    },
  };
}
