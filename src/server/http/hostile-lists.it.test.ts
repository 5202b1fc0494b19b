import { createServer, type IncomingMessage, type Server, type ServerResponse } from "node:http";
import type { AddressInfo } from "node:net";
import { gzipSync } from "node:zlib";
import { afterAll, beforeAll, describe, expect, test } from "vitest";
import type { CallReply } from "#cli/shapes.ts";
import type { StoredError } from "#kernel/errors.ts";
import { inboxFolder, openHouse, type House } from "#test/support/inbox.ts";
import { firstWorkspaceId as workspaceId } from "../start/store.ts";

/** Lists at addresses that mean harm: each call ends with rows or with a sentence, and the login goes nowhere else. */

const { folder, remove } = inboxFolder();
const login = "s3cr3t-t0ken-of-the-shop";
let house: House;
let shop: Server;
let elsewhere: Server;
let origin = "";
let other = "";
const asked: string[] = [];
const visitors: IncomingMessage[] = [];

type Answer = (page: number, req: IncomingMessage, res: ServerResponse) => unknown;
const row = (n: number) => ({ id: `r${n}`, n });
const bomb = gzipSync(Buffer.alloc(200 * 1024 * 1024, " "));
const answers: Record<string, Answer> = {
  "/foreign": () => ({ items: [row(1)], next: `${other}/steal?page=2` }),
  "/metadata": () => ({ items: [row(1)], next: "http://169.254.169.254/latest/meta-data" }),
  "/file": () => ({ items: [row(1)], next: "file:///etc/passwd" }),
  "/userinfo": () => ({ items: [row(1)], next: origin.replace("http://", "http://admin:pw@") + "/end" }),
  "/relative": () => ({ items: [row(1)], next: `//${other.slice(7)}/steal` }),
  "/backslash": () => ({ items: [row(1)], next: `/\\${other.slice(7)}/steal` }),
  "/object": () => ({ items: [row(1)], next: { href: "/end" } }),
  "/long": () => ({ items: [row(1)], next: `/${"x".repeat(1_000_000)}` }),
  "/cursor-long": () => ({ items: [row(1)], next: "c".repeat(1_000_000) }),
  "/cursor-object": (page) => ({ items: [row(page)], next: page < 3 ? { at: page } : null }),
  "/endless": (page) => ({ items: [row(page)], next: `/endless?page=${page + 1}` }),
  "/circle": (page) => ({ items: [row(page % 2)], next: `/circle?page=${page + 1}` }),
  "/itself": () => ({ items: [row(1)], next: "/itself" }),
  "/types": (page) => ({
    items: [{ id: page === 1 ? 7 : "7" }, { id: page }, { id: { a: page } }, { id: [page] }, { id: null }],
    next: page < 3 ? `/types?page=${page + 1}` : null,
  }),
  "/huge": (page) => ({ items: [{ id: `${"i".repeat(1_000_000)}${page}` }], next: `/huge?page=${page + 1}` }),
  "/echo": (_, req, res) => {
    res.setHeader("x-echo", String(req.headers["authorization"]));
    res.setHeader("link", `</end?token=${login}>; rel="next"`);
    return { items: [{ id: "r1", said: req.headers["authorization"] }] };
  },
  "/bomb": (_, __, res) => {
    res.setHeader("content-encoding", "gzip");
    res.end(bomb);
  },
  "/redirect": (_, __, res) => void res.writeHead(302, { location: `${other}/steal` }).end(),
  "/end": () => ({ items: [row(99)] }),
};

const listening = (handler: (req: IncomingMessage, res: ServerResponse) => void) =>
  new Promise<Server>((resolve) => {
    const server = createServer(handler).listen(0, "127.0.0.1", () => resolve(server));
  });
const originOf = (server: Server) => `http://127.0.0.1:${(server.address() as AddressInfo).port}`;

beforeAll(async () => {
  elsewhere = await listening((req, res) => {
    visitors.push(req);
    res.setHeader("content-type", "application/json").end('{"items":[]}');
  });
  shop = await listening((req, res) => {
    asked.push(req.url!);
    const { pathname, searchParams } = new URL(req.url!, "http://shop");
    res.setHeader("content-type", "application/json");
    const cursor = searchParams.get("c");
    const page = cursor === null ? Number(searchParams.get("page") ?? 1) : asked.filter((url) => url.startsWith(pathname)).length;
    const answer = answers[pathname]?.(page, req, res);
    if (answer !== undefined) res.end(JSON.stringify(answer));
  });
  [origin, other] = [originOf(shop), originOf(elsewhere)];
  house = await openHouse(folder, true, undefined, { env: { MILLRACE_ALLOW_PRIVATE_HOSTS: `${origin.slice(7)},${other.slice(7)}` } });
  const secret = { token: login };
  await house.millrace.vault.connect(workspaceId, { name: "shop", app: "http", auth: "token", baseUrl: origin, secret });
});
afterAll(async () => {
  await house.millrace.close();
  for (const server of [shop, elsewhere]) await new Promise((resolve) => server.close(resolve));
  remove();
});

type Reply = CallReply & { error?: StoredError };
async function read(path: string, paging: object, rows?: number): Promise<{ status: number; body: Reply; text: string }> {
  const input = { url: `${origin}${path}`, list: "items", paging };
  const reply = await house.api<Reply>("POST", "/operations/http.get", { connection: "shop", input, ...(rows && { rows }) });
  return { ...reply, text: JSON.stringify(reply.body) };
}
const byLink = { link: "next" };

describe("a list that means harm", () => {
  test.each(["/foreign", "/relative", "/backslash", "/metadata", "/file"])("%s leads elsewhere, and is not followed", async (path) => {
    const { status, body, text } = await read(path, byLink);
    expect(status, text).toBe(422);
    expect(body.error!.message).toMatch(/only pages of one place are read|cannot be read/);
    expect(visitors).toEqual([]);
  });

  test("may redirect, and the place it redirects to does not see the login", async () => {
    await read("/redirect", byLink);
    expect(visitors.splice(0).map(({ headers }) => headers["authorization"])).toEqual([undefined]);
  });

  test.each(["/object", "/long"])("%s names no address to go to, and that is said", async (path) => {
    const { status, text } = await read(path, byLink);
    expect([status, text.length < 6_000], text.slice(0, 500)).toEqual([422, true]);
    expect(text).toMatch(/the next page's address is/);
  });

  test("names a cursor of a megabyte, and that is said", async () => {
    const { status, text } = await read("/cursor-long", { cursor: "next", query: "c" });
    expect([status, text.length < 6_000], text.slice(0, 500)).toEqual([422, true]);
    expect(text).toContain("the next page's cursor is longer than 8000 characters");
  });

  test("is never at its end: it is read up to the rows asked for, and up to a thousand pages", async () => {
    const { body } = await read("/endless", byLink, 50);
    expect(body.list).toMatchObject({ rows: 50, complete: false, cut: "rows" });
    expect((await read("/endless", byLink, 10_000)).body.list).toMatchObject({ rows: 1_000, complete: false, cut: "requests" });
  });

  test.each(["/circle", "/itself"])("%s goes in a circle, and that is an error rather than a short list", async (path) => {
    asked.length = 0;
    const { status, text } = await read(path, byLink);
    expect(status, text).toBeGreaterThanOrEqual(400);
    expect(text).toContain("gave the same page twice");
    expect(asked.length).toBeLessThan(5);
  });

  test("gives ids of changing types: equal ones come once, and what has none is not lost", async () => {
    const { body, text } = await read("/types", byLink);
    const ids = (body.output as { id: unknown }[]).map(({ id }) => JSON.stringify(id));
    expect(
      ids.filter((id) => id === "7" || id === '"7"'),
      text,
    ).toHaveLength(1);
    expect(ids.filter((id) => id.startsWith("{") || id.startsWith("["))).toHaveLength(6);
  });

  test("gives ids of a megabyte: no more is held than one answer may have", async () => {
    const { body } = await read("/huge", byLink, 10_000);
    expect(body.list).toMatchObject({ complete: false, cut: "bytes" });
    expect(body.list!.rows).toBeLessThan(12);
  });

  test("answers with a packed text of two hundred megabytes, and is refused", async () => {
    const { status, text } = await read("/bomb", byLink);
    expect(status, text.slice(0, 300)).toBeGreaterThanOrEqual(400);
    expect(text).toMatch(/larger than can be read/);
  });

  test("repeats the login in its rows, headers and links: it is masked, and the next page still gets it", async () => {
    asked.length = 0;
    const { status, text } = await read("/echo", { link: "header" });
    expect([status, text.includes(login)], text.slice(0, 500)).toEqual([200, false]);
    expect(asked.at(-1)).toBe("/end");
    expect(text).toContain("r99");
  });

  test("names a user in the link: the page is read with the connection's own login", async () => {
    const { status, body } = await read("/userinfo", byLink);
    expect([status, body.output]).toEqual([200, [row(1), row(99)]]);
    expect(JSON.stringify(body.exchanges.map(({ url }) => url))).not.toContain("admin");
  });
});
