// How long it takes to find a person among a million runs, in the process, without HTTP:
//   npx tsx bench/people.mjs [--runs 1000000] [--repeats 30] [--keep file.db]    (`--keep`: fills that file once, and uses it again)
// CPU time stands beside the wall clock: what others do on the machine adds to the second alone.
import { existsSync, mkdtempSync, rmSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { parseArgs } from "node:util";
import { keysOfEvent } from "#engine/people/extract.ts";
import { personSearch } from "#engine/people/search.ts";
import { openSqlite } from "#storage/database.ts";
import { createRunStore } from "#storage/run-store.ts";
import { acceptance, step } from "#test/contracts/run-store.contract.ts";
import { quantiles, table } from "./lib/numbers.mjs";
import { peopleOf, prefill } from "./prefill.mjs";

const { values: option } = parseArgs({
  options: { runs: { type: "string", default: "1000000" }, repeats: { type: "string", default: "30" }, keep: { type: "string" } },
});
const folder = mkdtempSync(join(tmpdir(), "millrace-people-"));
const file = option.keep ?? join(folder, "millrace.db");
try {
  if (!existsSync(file)) {
    await firstRun();
    console.error(`filling ${file}`);
    prefill(file, Number(option.runs), { state: (i) => (i % 500 === 0 ? "failed" : "succeeded") });
  }
  const db = await openSqlite({ file });
  const store = createRunStore(db);
  const rows = [];
  const n = (i) => peopleOf(i).map(([, key]) => key);
  const asked = {
    "e-mail": [(i) => n(i)[0]],
    "beginning of an e-mail": [(i) => n(i)[0].slice(0, 9)],
    "phone, international": [(i) => `+${[...n(i)[1]].reverse().join("")}`],
    "phone, national": [(i) => [...n(i)[1]].reverse().join("").slice(1)],
    "last four digits of a phone": [(i) => [...n(i)[1]].reverse().join("").slice(-4)],
    "full name": [(i) => n(i)[2]],
    "common first name": [() => "maria"],
    "beginning of a common name": [() => "ma"],
    "one letter": [() => "m"],
    id: [(i) => n(i)[4]],
    "no hit": [(i) => `nobody${i}@nowhere.example`],
    "common first name, failed": [() => "maria", { states: ["failed"] }],
    "common first name, its flow": [() => "maria", { flowId: "flow_1" }],
    "common first name, page 40": [() => "maria", {}, 40],
  };
  for (const [what, [text, filter = {}, page = 1]] of Object.entries(asked)) {
    const [ms, cpuMs] = [[], []];
    let hits = 0;
    for (let i = 0; i < Number(option.repeats); i++) {
      const person = personSearch(text(i * 33_331));
      const before = page > 1 ? (await store.list("ws_1", { ...filter, person }, { limit: 51 * (page - 1) })).at(-1)?.id : undefined;
      const [began, cpu] = [performance.now(), process.cpuUsage()];
      hits = (await store.list("ws_1", { ...filter, person }, { limit: 51, ...(before && { before }) })).length;
      ms.push(performance.now() - began);
      const { user, system } = process.cpuUsage(cpu);
      cpuMs.push((user + system) / 1000);
    }
    const { p50, p99, max } = quantiles(ms);
    const cpu = quantiles(cpuMs);
    rows.push([what, hits, p50, p99, max, cpu.p50, cpu.p99]);
    console.error(what, hits, p50, p99, max, cpu.p50, cpu.p99);
  }
  console.log(table(["search", "hits on the page", "p50 ms", "p99 ms", "max ms", "CPU p50 ms", "CPU p99 ms"], rows));
  await db.close();
} finally {
  rmSync(folder, { recursive: true, force: true });
}

/** The run that is copied. */
async function firstRun() {
  const db = await openSqlite({ file });
  const store = createRunStore(db);
  const made = acceptance(0, { person: "first@example.com" });
  made.runs[0].people = keysOfEvent(made.event);
  const end = { was: made.runs[0], patch: { state: "succeeded", finishedAt: made.runs[0].createdAt + 20 } };
  await store.commit({ accept: [made], steps: [step(made.runs[0].id, "post")], runs: [end] });
  await store.indexPeople(10);
  await db.close();
}
