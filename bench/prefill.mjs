// Fills a store with runs of the past: one finished run, as Millrace itself wrote it, copied with ids, keys and times of its own.
// Copying what stands keeps this true to the schema without knowing it; only its people are made up, so that a search has something to
// choose from. Millrace must not be running on the folder.
import { randomBytes } from "node:crypto";
import Database from "better-sqlite3";

const hourMs = 3_600_000;
const spanMs = 60 * 24 * hourMs;
const chunk = 10_000;
const alphabet = "0123456789abcdefghjkmnpqrstvwxyz";

/** Adds `count` finished runs, spread over the sixty days before the one that is copied. */
export function prefill(file, count, { state = () => "succeeded" } = {}) {
  const db = new Database(file);
  db.pragma("journal_mode = WAL");
  db.pragma("synchronous = OFF");
  db.pragma("cache_size = -200000");
  const run = db.prepare("SELECT * FROM runs WHERE state = 'succeeded' ORDER BY seq DESC LIMIT 1").get();
  const event = db.prepare("SELECT * FROM events WHERE id = ?").get(run.event_id);
  const steps = db.prepare("SELECT * FROM steps WHERE run_id = ?").all(run.id);
  const insert = { events: inserter(db, "events", event), runs: inserter(db, "runs", run), steps: inserter(db, "steps", steps[0]) };
  const counts = new Map();
  /** What is of the past comes before what is there. */
  const before = (table) => db.prepare(`SELECT min(seq) AS first FROM ${table}`).get().first - count;
  const first = { run: before("runs"), event: before("events") };
  db.exec("CREATE TEMP TABLE made (kind TEXT, key TEXT, run_seq INTEGER)");
  const addKey = inserter(db, "made", { kind: "", key: "", run_seq: 0 });
  const add = db.transaction((from, to) => {
    for (let i = from; i < to; i++) {
      const at = run.created_at - spanMs + Math.floor((i / count) * (spanMs - hourMs));
      const shift = at - run.created_at;
      const ids = { run: oldId("run", at, i), event: oldId("evt", at, i) };
      insert.events({ ...event, seq: first.event + i, id: ids.event, event_key: `old-${i}`, received_at: at });
      const people = peopleOf(i);
      for (const [kind, key] of people) addKey({ kind, key, run_seq: first.run + i });
      const own = { person: people[0][1], people: JSON.stringify(people), state: state(i) };
      const times = { created_at: at, due_at: at, finished_at: run.finished_at + shift };
      insert.runs({ ...run, ...own, ...times, seq: first.run + i, id: ids.run, event_id: ids.event });
      for (const step of steps)
        insert.steps({ ...step, run_id: ids.run, started_at: step.started_at + shift, finished_at: step.finished_at + shift });
      const hour = Math.floor(at / hourMs);
      const entry = `${hour} ${own.state}`;
      counts.set(entry, (counts.get(entry) ?? 0) + 1);
    }
  });
  for (let from = 0; from < count; from += chunk) add(from, Math.min(count, from + chunk));
  const addCount = inserter(db, "run_counts", { workspace_id: "", flow_id: "", hour: 0, state: "", n: 0 });
  for (const [entry, n] of counts) {
    const [hour, state] = entry.split(" ");
    addCount({ workspace_id: run.workspace_id, flow_id: run.flow_id, hour: Number(hour), state, n });
  }
  db.prepare("INSERT INTO run_people SELECT ?, kind, key, run_seq FROM made ORDER BY kind, key, run_seq").run(run.workspace_id);
  db.pragma("wal_checkpoint(TRUNCATE)");
  db.close();
}

function inserter(db, table, row) {
  const columns = Object.keys(row);
  const statement = db.prepare(`INSERT INTO ${table} (${columns.join(", ")}) VALUES (${columns.map((c) => `@${c}`).join(", ")})`);
  return (values) => statement.run(values);
}

/** Shaped and sorted like Millrace's own ids: prefix, time, counter, random. */
function oldId(prefix, at, i) {
  return `${prefix}_${base32(at, 9)}${base32(i % 32_768, 3)}${[...randomBytes(6)].map((b) => alphabet[b & 31]).join("")}`;
}

function base32(value, length) {
  let text = "";
  for (let rest = value, i = 0; i < length; i++, rest = Math.floor(rest / 32)) text = alphabet[rest % 32] + text;
  return text;
}

const firstNames = ["ada", "aisha", "dana", "grace", "ivan", "john", "linus", "maria", "noor", "olga", "pavel", "zoe"];

/** A quarter of a million people, four runs each; one in twelve of them has the same first name. */
export function peopleOf(i) {
  const n = (i * 7919) % 250_000;
  const first = firstNames[n % firstNames.length];
  const last = `l${(n * 31) % 20_000}`;
  const phone = [...`1212${String(5_000_000 + n)}`].reverse().join("");
  return [
    ["email", `${first}.${n}@mail.example.com`],
    ["phone", phone],
    ["name", `${first} ${last}`],
    ["name", `${last} ${first}`],
    ["id", `Cn${n}xKuzHvysMo5N5Vs`],
  ];
}
