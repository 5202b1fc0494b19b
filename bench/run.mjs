// `npm run bench`: Millrace beside a bare relay and a durable relay, interleaved in one run, so that a slow minute hits all of them.
//   node bench/run.mjs [--repeats 3] [--count 20000] [--rate 200] [--seconds 10] [--systems relay,durable-relay,millrace]
//                      [--old-runs 1000000] [--out file.json]
// Read the ratios to the durable relay and the CPU per event before the absolute rates: generator, target and system share the cores.
import { execFileSync } from "node:child_process";
import { writeFileSync } from "node:fs";
import { cpus } from "node:os";
import { fileURLToPath } from "node:url";
import { parseArgs } from "node:util";
import { median, round, table } from "./lib/numbers.mjs";
import { machineBusySeconds, residentMiB, sleep, stopTree } from "./lib/processes.mjs";
import { measure, send } from "./load.mjs";
import { startSystem, startTarget, systemsIn, workspace } from "./systems.mjs";

const { values: option } = parseArgs({
  options: {
    repeats: { type: "string", default: "3" },
    count: { type: "string", default: "20000" },
    rate: { type: "string", default: "200" },
    seconds: { type: "string", default: "10" },
    systems: { type: "string", default: "relay,durable-relay,millrace" },
    "old-runs": { type: "string", default: "0" },
    out: { type: "string" },
  },
});
const rate = Number(option.rate);
const oldRuns = Number(option["old-runs"]);
const names = [...option.systems.split(","), ...(oldRuns > 0 ? ["millrace-old-runs"] : [])];

execFileSync(process.execPath, [fileURLToPath(new URL("../tools/build.mjs", import.meta.url))], { stdio: "inherit" });
const { folder, remove } = workspace();
const systems = systemsIn(folder);
const target = await startTarget(folder);
const results = [];
try {
  if (oldRuns > 0) await systems["millrace-old-runs"].prefill(oldRuns);
  for (let repeat = 1; repeat <= Number(option.repeats); repeat++) {
    for (const name of names) results.push({ name, repeat, ...(await once(systems[name])) });
  }
} finally {
  await stopTree(target.pid);
  remove();
}

const summary = names.map(summarize);
console.log(
  `\n${cpus().length} cores (${cpus()[0].model.trim()}), Node ${process.version}, ${option.repeats} interleaved repeats, medians\n`,
);
console.log(
  table(
    [
      "system",
      "events/s",
      "to the durable relay",
      "CPU ms/event",
      "to the durable relay",
      `p50 ms at ${rate}/s`,
      `p99 ms at ${rate}/s`,
      "start to first accepted, ms",
      "idle MiB",
      "peak MiB",
      "lost",
      "doubled",
    ],
    summary.map((s) => [
      s.name,
      s.eventsPerSecond,
      s.rateRatio,
      s.cpuMsPerEvent,
      s.cpuRatio,
      s.p50,
      s.p99,
      s.acceptMs,
      s.idleMiB,
      s.peakMiB,
      s.lost,
      s.doubled,
    ]),
  ),
);
const busy = Math.max(...results.flatMap((r) => [r.max.otherCores, r.steady.otherCores]));
if (busy > 0.2) console.log(`\nOther work used up to ${busy} cores meanwhile: measure again on a quiet machine.`);
if (option.out)
  writeFileSync(
    option.out,
    JSON.stringify({ at: new Date().toISOString(), node: process.version, oldRuns, summary, results }, null, 1) + "\n",
  );

async function once(system) {
  await quiet();
  await system.prepare();
  const { pid, acceptMs } = await startSystem(system);
  try {
    await sleep(3000);
    const idleMiB = residentMiB(pid);
    const url = system.url();
    await send({ url, count: 3000, connections: 64, maxSeconds: 30 });
    await sleep(2000);
    const max = await measure({ target, url, pid, count: Number(option.count), connections: 64 });
    await quiet();
    const steady = await measure({ target, url, pid, count: rate * Number(option.seconds), connections: 256, rate });
    console.error(
      `${system.name}: ${max.eventsPerSecond}/s, ${max.cpuMsPerEvent} ms CPU/event, p99 ${steady.p99} ms, lost ${max.lost + steady.lost}, others ${max.otherCores} cores`,
    );
    return { acceptMs, idleMiB, max, steady };
  } finally {
    await stopTree(pid);
  }
}

/** Waits, at most 20 s, until others use little of the machine. */
async function quiet() {
  for (let i = 0; i < 20; i++) {
    const before = machineBusySeconds();
    await sleep(1000);
    if (machineBusySeconds() - before < 0.3) return;
  }
}

function summarize(name) {
  const rows = results.filter((r) => r.name === name);
  const relay = (repeat) => results.find((r) => r.name === "durable-relay" && r.repeat === repeat);
  const of = (pick) => median(rows.map(pick));
  const ratio = (pick) => of((r) => (relay(r.repeat) ? round(pick(r) / pick(relay(r.repeat)), 3) : NaN));
  return {
    name,
    eventsPerSecond: of((r) => r.max.eventsPerSecond),
    rateRatio: ratio((r) => r.max.eventsPerSecond),
    cpuMsPerEvent: of((r) => r.max.cpuMsPerEvent),
    cpuRatio: ratio((r) => r.max.cpuMsPerEvent),
    p50: of((r) => r.steady.p50),
    p99: of((r) => r.steady.p99),
    acceptMs: of((r) => r.acceptMs),
    idleMiB: of((r) => r.idleMiB),
    peakMiB: of((r) => r.max.peakMiB),
    lost: rows.reduce((sum, r) => sum + r.max.lost + r.steady.lost, 0),
    doubled: rows.reduce((sum, r) => sum + r.max.doubled + r.steady.doubled, 0),
  };
}
