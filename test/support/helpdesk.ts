import { createServer, type IncomingMessage } from "node:http";
import type { AddressInfo } from "node:net";
import { json } from "node:stream/consumers";

interface Ticket {
  id: string;
  subject: string;
  priority: string;
  agentId?: string;
}

/** A helpdesk on a port: an app that Millrace does not know. Tells what was asked of it, and with which key. */
export async function openHelpdesk({ key = "hd-secret-key", base = "/api" }: { key?: string; base?: string } = {}) {
  const asked: { route: string; key: string | undefined; body: unknown }[] = [];
  const tickets: Ticket[] = [{ id: "t_0", subject: "The door squeaks", priority: "low" }];
  const agents = [
    { id: "ag_1", name: "Ada Byron", email: "ada@example.com" },
    { id: "ag_2", name: "Mary Somerville", email: "mary@example.com" },
  ];

  const answer = (route: string, url: URL, body: Record<string, string>): [status: number, body: unknown] => {
    const ticket = tickets.find(({ id }) => url.pathname.endsWith(`/${id}`));
    if (route === `GET ${base}/account`) return [200, { name: "Acme" }];
    if (route === `GET ${base}/agents`) return [200, { agents }];
    if (route === `GET ${base}/tickets`) {
      const [page, size] = [Number(url.searchParams.get("page") ?? 1), Number(url.searchParams.get("size") ?? 50)];
      return [200, { tickets: tickets.slice((page - 1) * size, page * size) }];
    }
    if (route === `POST ${base}/tickets`) {
      const made: Ticket = { id: `t_${tickets.length}`, priority: "low", subject: body["subject"] ?? "", ...body };
      tickets.push(made);
      return [201, { ticket: made }];
    }
    if (!ticket) return [404, { message: "there is no such thing" }];
    if (route.startsWith("PUT ")) Object.assign(ticket, body);
    return [200, { ticket }];
  };
  const server = createServer((req: IncomingMessage, res) => {
    void (async () => {
      const url = new URL(req.url!, "http://helpdesk.test");
      const route = `${req.method} ${url.pathname}`;
      const apiKey = req.headers["x-key"];
      const body = req.method === "GET" ? {} : ((await json(req)) as Record<string, string>);
      asked.push({ route, key: apiKey === undefined ? undefined : String(apiKey), body });
      const [status, reply] = apiKey === key ? answer(route, url, body) : [401, { message: "the key is not known" }];
      res.writeHead(status, { "content-type": "application/json" }).end(JSON.stringify(reply));
    })();
  });
  await new Promise<void>((resolve) => server.listen(0, "127.0.0.1", resolve));
  const { port } = server.address() as AddressInfo;
  const close = async () => {
    server.closeAllConnections();
    await new Promise((resolve) => server.close(resolve));
  };
  return { origin: `http://127.0.0.1:${port}`, host: `127.0.0.1:${port}`, key, asked, tickets, close };
}
export type Helpdesk = Awaited<ReturnType<typeof openHelpdesk>>;
