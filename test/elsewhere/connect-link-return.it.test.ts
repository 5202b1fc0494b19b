/** Where a connect link sends the browser back to. The page itself is tried in `test/e2e/connect-link.it.test.ts`. */
import { afterAll, beforeAll, expect, test } from "vitest";
import type { ConnectLinkView, ReconnectReply } from "#api/schemas.ts";
import { openExportHouse, type ExportHouse } from "./house.ts";

let open: ExportHouse;
beforeAll(async () => {
  open = await openExportHouse();
  await open.house.api("POST", "/embed-origins", { origin });
});
afterAll(() => open.close());

const origin = "https://app.example.com";
const page = `${origin}/done`;
const linkTo = (returnTo: string) =>
  open.house.api<{ url: string; error: { message: string } }>("POST", "/connect-links", {
    app: "flocksy",
    title: "Ada",
    like: "flocksy-main",
    returnTo,
  });
async function use(url: string): Promise<ReconnectReply> {
  const secret = { token: open.house.millrace.sandbox!.systems.flocksy.logins.key };
  return (await open.house.api<ReconnectReply>("POST", "/reconnect/secret", { link: new URL(url).hash.slice(1), secret })).body;
}

test("a page to come back to has no user and no password before its host", async () => {
  for (const user of ["u:p", "u", ":p"]) {
    const { status, body } = await linkTo(`https://${user}@app.example.com/done`);
    expect([status, body.error.message]).toEqual([400, expect.stringContaining("must have no user and no password")]);
  }
});

test("a link sends the browser back as long as the origin is allowed, and nowhere after that", async () => {
  const [before, after] = [(await linkTo(page)).body.url, (await linkTo(page)).body.url];
  expect(await use(before)).toMatchObject({ works: true, returnTo: expect.stringContaining(page) });
  await open.house.api("DELETE", `/embed-origins/${encodeURIComponent(origin)}`);
  expect(await use(after)).toMatchObject({ works: true, returnTo: null });
});

test("the vendor's server learns from the link itself which connection it made, and for whom", async () => {
  const link = async (reference: string) => {
    const body = { app: "flocksy", title: "Ada", like: "flocksy-main", returnTo: page, reference };
    return (await open.house.api<{ id: string; url: string }>("POST", "/connect-links", body)).body;
  };
  await open.house.api("POST", "/embed-origins", { origin });
  const resultOf = async (id: string) => (await open.house.api<ConnectLinkView>("GET", `/connect-links/${id}`)).body;
  const [of42, of7] = [await link("customer 42"), await link("customer 7")];
  expect(await resultOf(of42.id)).toMatchObject({ reference: "customer 42", state: "open", connection: null });
  const { returnTo } = await use(of42.url);
  const said = new URLSearchParams(new URL(returnTo!).hash.slice(1)).get("connection");
  expect(await resultOf(of42.id)).toMatchObject({ reference: "customer 42", state: "used", connection: { name: said, works: true } });
  expect(await resultOf(of7.id)).toMatchObject({ reference: "customer 7", state: "open", connection: null });
  expect((await open.house.api("GET", "/connect-links/nobody")).status).toBe(404);
  const made = (await resultOf(of42.id)).connection!;
  await open.house.api("DELETE", `/connections/${made.id}`);
  expect(await resultOf(of42.id)).toMatchObject({ state: "used", connection: null });
});

test.each([
  ["https://*", 400],
  ["https://*.example.com", 400],
  ["https://a;sandbox", 400],
  ["https://a,b", 400],
  ["https://x'y", 400],
  ["https://a..example", 400],
  ["https://:p@app.example.com", 400],
  ["http://app.example.com", 400],
  ["https://App.Example.com:8443", 200],
  ["https://bücher.example", 200],
  ["https://[2001:db8::1]", 200],
  ["http://localhost:4500", 200],
])("the origin %s is answered with %i: a page's policy names it as it is", async (wanted, status) => {
  expect((await open.house.api("POST", "/embed-origins", { origin: wanted })).status).toBe(status);
});
