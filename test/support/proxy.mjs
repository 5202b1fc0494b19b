// A reverse proxy as a process of its own, for tests: what nginx, a tunnel or a TCP forwarder does, in a few lines of Node.
// TARGET: the port behind it. MODE: `tcp` passes bytes on, `http` requests. KEEP_HOST=1 leaves the Host as it came; otherwise it names
// the target. FORWARD=1 adds the X-Forwarded headers, with PROTO as the scheme; otherwise none is added and none is removed.
import { createServer as createHttpServer, request } from "node:http";
import { connect, createServer as createTcpServer } from "node:net";

const { TARGET, MODE = "http", KEEP_HOST, FORWARD, PROTO = "https" } = process.env;
const target = { host: "127.0.0.1", port: Number(TARGET) };

const server = MODE === "tcp" ? createTcpServer(passBytes) : createHttpServer(passRequest);
server.listen(0, "127.0.0.1", () => console.log(server.address().port));

function passBytes(socket) {
  const inner = connect(target);
  socket.pipe(inner).pipe(socket);
  socket.on("error", () => inner.destroy());
  inner.on("error", () => socket.destroy());
}

function passRequest(req, res) {
  const inner = request({ ...target, method: req.method, path: req.url, headers: headersFor(req) }, (reply) => {
    res.writeHead(reply.statusCode, reply.headers);
    reply.pipe(res);
    reply.on("error", () => res.destroy());
  });
  inner.on("error", () => (res.headersSent ? res.destroy() : res.writeHead(502).end()));
  res.on("close", () => inner.destroy());
  req.pipe(inner);
}

function headersFor({ headers, socket }) {
  const { connection: _, ...passed } = headers;
  if (!KEEP_HOST) passed.host = `${target.host}:${target.port}`;
  if (!FORWARD) return passed;
  const before = headers["x-forwarded-for"];
  return {
    ...passed,
    "x-forwarded-for": `${before === undefined ? "" : `${before}, `}${socket.remoteAddress}`,
    "x-forwarded-proto": PROTO,
    "x-forwarded-host": headers.host ?? "",
  };
}
