// Durable relay: as the bare one, and each event is committed to SQLite (WAL, synchronous=FULL) before its 202.
// Commits are grouped, at most 500 rows or 2 ms. A delivered event is marked in a later group; on start, events not marked
// are delivered again (at least once). The least a durable system can do, and so what Millrace is compared with.
// PORT, TARGET_URL, DB (file)
import http from "node:http";
import Database from "better-sqlite3";
import { Pool } from "undici";
import { mapEvent } from "../lib/event.mjs";

const groupMs = 2;
const groupRows = 500;
const markMs = 20;
const pool = new Pool(new URL(process.env.TARGET_URL).origin, { connections: 64, pipelining: 1 });
const headers = { "content-type": "application/json" };
const store = openStore(process.env.DB);

let batch = [];
let marks = [];
let timer = null;

function openStore(file) {
  const db = new Database(file);
  db.pragma("journal_mode = WAL");
  db.pragma("synchronous = FULL");
  db.pragma("wal_autocheckpoint = 4000");
  db.exec(`CREATE TABLE IF NOT EXISTS event (seq INTEGER PRIMARY KEY, body TEXT NOT NULL, at INTEGER NOT NULL, done INTEGER NOT NULL DEFAULT 0);
           CREATE INDEX IF NOT EXISTS event_open ON event (seq) WHERE done = 0;`);
  const insert = db.prepare("INSERT INTO event (body, at) VALUES (?, ?)");
  const mark = db.prepare("UPDATE event SET done = 1 WHERE seq = ?");
  const write = db.transaction((texts, done) => {
    const now = Date.now();
    const rows = texts.map((text) => Number(insert.run(text, now).lastInsertRowid));
    for (const seq of done) mark.run(seq);
    return rows;
  });
  return {
    write: (texts, done) => write.immediate(texts, done),
    open: db.prepare("SELECT seq, body FROM event WHERE done = 0 ORDER BY seq").all(),
  };
}

function schedule() {
  if (batch.length >= groupRows) return flush();
  timer ??= setTimeout(flush, batch.length > 0 ? groupMs : markMs);
}

function flush() {
  clearTimeout(timer);
  timer = null;
  const taken = batch;
  const done = marks;
  batch = [];
  marks = [];
  const rows = store.write(
    taken.map((t) => t.text),
    done,
  );
  for (const [i, { res, event }] of taken.entries()) {
    res.writeHead(202, { "content-length": 2 });
    res.end("{}");
    void deliver(rows[i], event);
  }
}

async function deliver(seq, event) {
  for (let attempt = 1; !(await delivered(event)); attempt++) {
    await new Promise((resolve) => setTimeout(resolve, Math.min(5000, 50 * 2 ** attempt)));
  }
  marks.push(seq);
  schedule();
}

async function delivered(event) {
  try {
    const reply = await pool.request({ path: "/contacts", method: "POST", headers, body: JSON.stringify(mapEvent(event)) });
    await reply.body.dump();
    return reply.statusCode < 300;
  } catch {
    return false;
  }
}

http
  .createServer((req, res) => {
    const chunks = [];
    req.on("data", (chunk) => chunks.push(chunk));
    req.on("end", () => {
      const text = Buffer.concat(chunks).toString();
      let event;
      try {
        event = JSON.parse(text);
      } catch {
        res.statusCode = 400;
        return res.end();
      }
      batch.push({ text, event, res });
      if (timer && batch.length === 1) {
        clearTimeout(timer); // it was running for marks only; an event is due sooner
        timer = null;
      }
      schedule();
    });
  })
  .listen(Number(process.env.PORT), "127.0.0.1", 4096);
for (const row of store.open) void deliver(row.seq, JSON.parse(row.body));
process.on("SIGTERM", () => process.exit(0));
