import { describe, expect, test } from "vitest";
import { TestClock } from "#kernel/clock.ts";
import type { Log } from "#kernel/log.ts";
import { PrivateHosts } from "#outbound/private-hosts.ts";
import { createTransport } from "#outbound/transport.ts";
import { openSqlite } from "#storage/database.ts";
import { createPrivateHostStore } from "#storage/private-host-store.ts";
import { openPrivateHostService, readHost } from "./private-host-service.ts";

async function world() {
  const clock = new TestClock();
  const hosts = new PrivateHosts(["10.0.0.9"]);
  const lines: [object, string][] = [];
  const log = { info: (details: object, message: string) => void lines.push([details, message]) } as unknown as Log;
  const store = createPrivateHostStore(await openSqlite({ file: ":memory:" }));
  let changes = 0;
  const open = () => openPrivateHostService({ store, hosts, fromSettings: ["10.0.0.9"], clock, log, changed: () => void changes++ });
  const transport = createTransport({ clock, allowPrivateHosts: hosts });
  const may = (url: string) =>
    transport.check(url).then(
      () => true,
      () => false,
    );
  return { service: await open(), open, may, lines, hosts, clock, changes: () => changes };
}

describe("addresses on the private network", () => {
  test("can be allowed while Millrace runs, and closed again", async () => {
    const { service, may, changes } = await world();
    expect(await may("http://10.0.0.7:8080/x")).toBe(false);
    await service.add("ws", "10.0.0.7:8080");
    expect([await may("http://10.0.0.7:8080/x"), await may("http://10.0.0.7/x"), await may("http://10.0.0.9/")]).toEqual([
      true,
      false,
      true,
    ]);
    await service.remove("ws", "10.0.0.7:8080");
    expect([await may("http://10.0.0.7:8080/x"), changes()]).toEqual([false, 2]);
  });

  test("are still allowed after a restart, beside those of the settings", async () => {
    const { service, open, hosts, may, clock } = await world();
    await service.add("ws", "http://ERP.lan/");
    hosts.set([]);
    const again = await open();
    expect(await again.list("ws")).toEqual([
      { host: "10.0.0.9", from: "settings", addedAt: null },
      { host: "erp.lan", from: "web", addedAt: clock.now() },
    ]);
    expect(await may("http://erp.lan:81/")).toBe(true);
  });

  test("leave a line in the log with each change", async () => {
    const { service, lines } = await world();
    await service.add("ws", "erp.lan");
    await service.remove("ws", "erp.lan");
    expect(lines.map(([details]) => details)).toEqual([{ host: "erp.lan" }, { host: "erp.lan" }]);
  });

  test("of the settings are not taken off here", async () => {
    const { service } = await world();
    await expect(service.remove("ws", "10.0.0.9")).rejects.toMatchObject({ code: "NOT_FOUND" });
  });
});

describe("what is allowed is a host", () => {
  test.each([
    ["erp.lan", "erp.lan"],
    [" 10.0.0.7:8080 ", "10.0.0.7:8080"],
    ["https://ERP.lan:8443/", "erp.lan:8443"],
    ["http://erp.lan:80", "erp.lan:80"],
    ["http://10.0.0.7:8080/leads/new?from=ghl#x", "10.0.0.7:8080"],
    ["[FD12::7]:443", "[fd12::7]:443"],
    ["localhost", "localhost"],
    ["0x7f.1", "127.0.0.1"],
  ])("%s is kept as %s", (text, kept) => expect(readHost(text)).toBe(kept));

  test.each([
    "",
    "*",
    "*.lan",
    "10.0.0.0/8",
    "erp.lan/path",
    "http://user@10.0.0.7/",
    "http:///path",
    "erp lan",
    "user@erp.lan",
    "erp.lan:99999",
    "erp.lan?x",
    "a,b",
    "-",
    "[::1",
  ])("%j is refused", (text) => expect(() => readHost(text)).toThrow(/must be a host|is never called/));
});

test("a longer name than any host has is refused: it could not be taken off the list again", async () => {
  const name = (last: number) => [63, 63, 63, last].map((n) => "a".repeat(n)).join(".");
  expect(readHost(`${name(61)}:65535`)).toBe(`${name(61)}:65535`);
  expect(() => readHost(`${name(68)}:65535`)).toThrow("longer than");
});

/** Every spelling in which a cloud's metadata service is asked. */
const metadata = [
  "169.254.169.254",
  "169.254.169.254:80",
  "0xa9fea9fe",
  "2852039166",
  "0251.0376.0251.0376",
  "[::ffff:169.254.169.254]",
  "[::ffff:a9fe:a9fe]",
  "[64:ff9b::a9fe:a9fe]",
  "[64:ff9b:0:0:0:0:169.254.169.254]",
  "[2002:a9fe:a9fe::]",
  "[::a9fe:a9fe]",
  "[::169.254.169.254]",
  "[fd00:ec2::254]",
  "[fd00:0ec2:0:0::0254]",
  "[fd00:ec2::23]",
  "[fd20:ce::254]",
  "[fd00:42::42]",
  "169.254.170.23",
  "169.254.0.23",
  "168.63.129.16",
  "169.254.170.2",
  "100.100.100.200",
  "metadata.google.internal",
  "metadata.google.internal.",
  "Metadata",
  "metadata.goog",
  "metadata.tencentyun.com",
];
describe("a metadata service is never opened", () => {
  test.each(metadata)("not by the web app: %s", (host) => expect(() => readHost(host)).toThrow("is never called"));

  test.each(metadata)("not by a list that names it: %s", async (host) => {
    const transport = createTransport({ clock: new TestClock(), allowPrivateHosts: [host, new URL(`http://${host}`).hostname] });
    await expect(transport.check(`http://${host}/latest`)).rejects.toMatchObject({ code: "HOST_NOT_ALLOWED" });
  });
});
