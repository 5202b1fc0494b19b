// A keep-alive HTTP/1.1 client on bare sockets, one request in flight per connection.
// It exists so that the load generator costs the shared cores as little as possible.
import net from "node:net";

const lastChunk = Buffer.from("0\r\n\r\n");
const reopenMs = 20;

class Connection {
  constructor(client) {
    this.client = client;
    this.job = null;
    this.received = null;
    this.free = true;
    this.open();
  }
  open() {
    const socket = net.connect({ host: this.client.host, port: this.client.port, noDelay: true });
    this.socket = socket;
    socket.on("data", (data) => this.data(data));
    socket.on("error", (error) => (this.error = error.code ?? String(error)));
    socket.on("close", () => this.closed(socket));
  }
  send(job) {
    this.job = job;
    this.received = null;
    this.free = false;
    if (this.socket.destroyed) this.open();
    this.socket.write(this.client.head + Buffer.byteLength(job.body) + "\r\n\r\n" + job.body);
  }
  data(data) {
    this.received = this.received ? Buffer.concat([this.received, data]) : data;
    const end = this.received.indexOf("\r\n\r\n");
    if (end < 0) return;
    const head = this.received.latin1Slice(0, end).toLowerCase();
    const length = /\r\ncontent-length: *(\d+)/.exec(head);
    if (length) {
      if (this.received.length < end + 4 + Number(length[1])) return;
    } else if (head.includes("transfer-encoding: chunked")) {
      if (!this.received.subarray(-5).equals(lastChunk)) return;
    } else return; // the body runs to the close of the connection
    const closing = head.includes("\r\nconnection: close");
    this.finish(Number(head.slice(9, 12)), null);
    if (closing) this.socket.destroy();
    else this.client.idle(this);
  }
  finish(status, error) {
    const job = this.job;
    this.job = null;
    this.received = null;
    job?.done(status, error);
  }
  closed(socket) {
    if (socket !== this.socket) return; // an earlier socket of this connection
    this.finish(0, this.error ?? "closed");
    this.error = null;
    // An idle one the server closed stays in the free list and opens again when it is next used.
    if (this.client.ended || this.free) return;
    setTimeout(() => {
      if (!this.client.ended && !this.job && !this.free) this.client.idle(this);
    }, reopenMs);
  }
}

export class RawClient {
  constructor(url, connections) {
    const u = new URL(url);
    this.host = u.hostname;
    this.port = Number(u.port || 80);
    this.head = `POST ${u.pathname}${u.search} HTTP/1.1\r\nhost: ${u.host}\r\ncontent-type: application/json\r\ncontent-length: `;
    this.waiting = [];
    this.ended = false;
    this.all = Array.from({ length: connections }, () => new Connection(this));
    this.unused = [...this.all];
  }
  /** `done(status, error)`; status 0 means that no answer came. */
  post(body, done) {
    const connection = this.unused.pop();
    if (connection) connection.send({ body, done });
    else this.waiting.push({ body, done });
  }
  idle(connection) {
    const job = this.waiting.shift();
    if (job) return connection.send(job);
    connection.free = true;
    this.unused.push(connection);
  }
  end() {
    this.ended = true;
    for (const connection of this.all) connection.socket.destroy();
  }
}
