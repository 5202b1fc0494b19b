// Bare relay: node:http in, six-field mapping, undici keep-alive POST out. Answers 202 at once; nothing is durable.
// PORT, TARGET_URL
import http from "node:http";
import { Pool } from "undici";
import { mapEvent } from "../lib/event.mjs";

const pool = new Pool(new URL(process.env.TARGET_URL).origin, { connections: 64, pipelining: 1 });
const headers = { "content-type": "application/json" };

async function deliver(event) {
  try {
    const reply = await pool.request({ path: "/contacts", method: "POST", headers, body: JSON.stringify(mapEvent(event)) });
    await reply.body.dump();
  } catch {
    // Nothing is promised: what fails is lost.
  }
}

http
  .createServer((req, res) => {
    const chunks = [];
    req.on("data", (chunk) => chunks.push(chunk));
    req.on("end", () => {
      let event;
      try {
        event = JSON.parse(Buffer.concat(chunks).toString());
      } catch {
        res.statusCode = 400;
        return res.end();
      }
      res.writeHead(202, { "content-length": 2 });
      res.end("{}");
      void deliver(event);
    });
  })
  .listen(Number(process.env.PORT), "127.0.0.1", 4096);
process.on("SIGTERM", () => process.exit(0));
