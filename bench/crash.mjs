// What a crash costs: events are accepted under load, the whole process tree is ended with SIGKILL, started again, and what the target
// got is compared with what was accepted. Three cases: a kill at full load; 10 s of 503 from the target; a kill in the middle of those.
//   node bench/crash.mjs [--systems millrace,durable-relay] [--repeats 3] [--accept 2000] [--rate 50] [--out file.json]
import { writeFileSync } from "node:fs";
import { parseArgs } from "node:util";
import { round, table } from "./lib/numbers.mjs";
import { killTree, sleep, stopTree } from "./lib/processes.mjs";
import { drain, send } from "./load.mjs";
import { startSystem, startTarget, systemsIn, workspace } from "./systems.mjs";

const { values: option } = parseArgs({
  options: {
    systems: { type: "string", default: "millrace,durable-relay" },
    repeats: { type: "string", default: "1" },
    accept: { type: "string", default: "2000" },
    rate: { type: "string", default: "50" },
    out: { type: "string" },
  },
});
const accept = Number(option.accept);
const rate = Number(option.rate);
const outageSeconds = 10;
const outageAccepts = rate * 20;

const cases = {
  "kill at full load": { count: accept + 2000, killAt: accept },
  "outage of 10 s": { rate, count: outageAccepts, outageAt: outageAccepts / 4 },
  "outage of 10 s with a kill in it": { rate, count: outageAccepts, outageAt: outageAccepts / 4, killAt: outageAccepts / 2 },
};

const { folder, remove } = workspace();
const systems = systemsIn(folder);
const results = [];
try {
  for (let repeat = 1; repeat <= Number(option.repeats); repeat++) {
    for (const name of option.systems.split(",")) {
      for (const title of Object.keys(cases)) {
        const result = { name, case: title, repeat, ...(await crash(systems[name], cases[title])) };
        results.push(result);
        console.error(JSON.stringify(result));
      }
    }
  }
} finally {
  remove();
}
const rows = results.map((r) => [
  r.name,
  r.case,
  r.accepted,
  r.deliveredAtKill,
  r.lost,
  r.doubled,
  r.sentAgain,
  r.restartMs,
  r.settledSeconds,
]);
console.log(
  table(
    ["system", "case", "accepted", "delivered at the kill", "lost", "doubled", "sent again, same key", "restart, ms", "all there after, s"],
    rows,
  ),
);
if (option.out) writeFileSync(option.out, JSON.stringify({ at: new Date().toISOString(), node: process.version, results }, null, 1) + "\n");
process.exitCode = results.some((r) => r.name === "millrace" && (r.lost > 0 || r.doubled > 0)) ? 1 : 0;

async function crash(system, { count, rate: perSecond = null, killAt = Infinity, outageAt = Infinity }) {
  const target = await startTarget(folder);
  let running = null;
  try {
    await system.prepare();
    running = await startSystem(system);
    await send({ url: system.url(), count: 200, connections: 16, rate: 100 });
    await sleep(2000);
    await target.reset();
    /** @type {{ done: Promise<[{ unique: number }, void]> | null }} */
    const kill = { done: null };
    const sending = await send({
      url: system.url(),
      count,
      rate: perSecond,
      connections: perSecond ? 256 : 64,
      onAccept(n) {
        if (n === outageAt) void target.outage(outageSeconds * 1000);
        if (n === killAt) kill.done = Promise.all([target.stats(), killTree(running.pid)]);
      },
      stop: () => kill.done !== null,
    });
    const killed = await kill.done;
    if (killed) running = await startSystem(system);
    const { arrived, seconds } = await drain(target, sending, { limitSeconds: 120, stallSeconds: 60 });
    const { sentAgain } = await target.stats();
    return {
      accepted: sending.accepted.length,
      deliveredAtKill: killed?.[0].unique ?? null,
      lost: sending.accepted.length - arrived.length,
      doubled: arrived.filter(([, record]) => record.times > 1).length,
      sentAgain,
      restartMs: killed ? running.acceptMs : null,
      settledSeconds: round(seconds, 1),
    };
  } finally {
    if (running) await stopTree(running.pid);
    await stopTree(target.pid);
  }
}
