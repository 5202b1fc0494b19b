// The API events are delivered to. Checks that all six fields arrived mapped, and keeps for each id when it first came and how often.
// It honours idempotency keys: a request with a key it has seen is answered as the first was, and creates nothing.
//   POST /contacts       201, the mapped event
//   GET  /stats          {received, unique, doubled, sentAgain, bad, refused, pid, lastAt}
//   GET  /records        a line per id: "<id> <first receipt, monotonic ns> <times created>"
//   POST /reset
//   POST /outage?ms=N    for N ms every event is answered 503 and not recorded
// PORT (18901). Loopback only.
import http from "node:http";
import { isMapped } from "./lib/event.mjs";

let seen, keys, count, outageUntil;

function reset() {
  seen = new Map();
  keys = new Set();
  count = { received: 0, sentAgain: 0, bad: 0, refused: 0 };
  outageUntil = 0;
}
reset();

function stats() {
  let created = 0;
  let lastAt = 0n;
  for (const { at, times } of seen.values()) {
    created += times;
    if (at > lastAt) lastAt = at;
  }
  return { ...count, unique: seen.size, doubled: created - seen.size, pid: process.pid, lastAt: String(lastAt) };
}

/** What becomes of one posted event: a status, and whether it was recorded. */
function take(text, key, at) {
  if (Date.now() < outageUntil) {
    count.refused++;
    return 503;
  }
  let body;
  try {
    body = JSON.parse(text);
  } catch {
    body = {};
  }
  if (!isMapped(body)) {
    count.bad++;
    return 422;
  }
  count.received++;
  if (key !== undefined) {
    if (keys.has(key)) {
      count.sentAgain++;
      return 201;
    }
    keys.add(key);
  }
  const record = seen.get(body.externalId);
  if (record) record.times++;
  else seen.set(body.externalId, { at, times: 1 });
  return 201;
}

const routes = {
  "/stats": () => JSON.stringify(stats()),
  "/records": () => [...seen].map(([id, { at, times }]) => `${id} ${at} ${times}`).join("\n"),
  "/reset": () => (reset(), "ok"),
  "/outage": (query) => ((outageUntil = Date.now() + Number(query.get("ms"))), "ok"),
};

const server = http.createServer((req, res) => {
  const chunks = [];
  req.on("data", (chunk) => chunks.push(chunk));
  req.on("end", () => {
    const at = process.hrtime.bigint();
    const [path, query] = req.url.split("?");
    if (routes[path]) return res.end(routes[path](new URLSearchParams(query)));
    const text = chunks.length === 1 ? chunks[0].toString() : Buffer.concat(chunks).toString();
    const status = take(text, req.headers["idempotency-key"], at);
    res.writeHead(status, { "content-type": "application/json" });
    res.end(status === 201 ? '{"contact":{"id":"mock"}}' : '{"error":"not taken"}');
  });
});
server.keepAliveTimeout = 60_000;
server.listen(Number(process.env.PORT ?? 18901), "127.0.0.1", 4096, () => console.log("ready"));
process.on("SIGTERM", () => process.exit(0));
