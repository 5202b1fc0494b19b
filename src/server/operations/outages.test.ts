import { describe, expect, test } from "vitest";
import { joinOutages } from "./outages.ts";

const row = {
  app: "HTTP",
  host: "api.example.com",
  reason: "HTTP answered 500",
  since: 100,
  nextTryAt: 900,
  waiting: 3,
  flows: [{ flowId: "f", waiting: 3 }],
};
const live = { app: "HTTP", host: "api.example.com", reason: "no answer within 30 s", since: 200, nextTryAt: 500, waiting: 2, flows: [] };

describe("what keeps runs waiting", () => {
  test("is one line for a host, with all runs that wait for it and the time at which it is asked again", () => {
    expect(joinOutages([live], [row])).toEqual([{ ...row, nextTryAt: 500 }]);
    expect(joinOutages([], [row, { ...row, reason: "HTTP answered 503", since: 50, nextTryAt: 800, waiting: 4 }])).toEqual([
      { ...row, since: 50, nextTryAt: 800, waiting: 7, flows: [{ flowId: "f", waiting: 6 }] },
    ]);
  });

  test("is one line for an app whose rows name no host", () => {
    const highLevel = { ...row, app: "HighLevel", host: null };
    expect(joinOutages([{ ...live, app: "HighLevel", nextTryAt: null }], [highLevel])).toEqual([{ ...highLevel, host: live.host }]);
  });

  test("is in as many lines as there are hosts, the longest trouble first; a host that nobody waits for is in none", () => {
    const other = { ...live, host: "b.example.com", since: 10 };
    expect(joinOutages([live, other], [row]).map(({ host }) => host)).toEqual(["b.example.com", "api.example.com"]);
    expect(joinOutages([{ ...live, waiting: 0 }], [])).toEqual([]);
  });

  test("names no host that only another workspace's runs call", () => {
    const ofOthers = { ...live, host: "erp.others.example", waiting: 0 };
    expect(joinOutages([ofOthers], [{ ...row, host: null }])).toEqual([{ ...row, host: null }]);
  });

  test("is a line for each connection whose login is refused, before the hosts; one that was removed is in none", () => {
    const waits = { app: "HighLevel", host: null, reason: "Waits", nextTryAt: 700, waiting: 2, flows: [] };
    const rows = [
      row,
      { ...waits, connection: "b", since: 300 },
      { ...waits, connection: "a", since: 200 },
      { ...waits, connection: "gone", since: 1 },
    ];
    const login = { workspaceId: "ws", app: "highlevel", auth: "pit" as never, createdAt: 1, updatedAt: 1 };
    const connections = ["a", "b", "c"].map((id) => ({ ...login, id, name: id, title: id.toUpperCase(), status: "broken" as const }));
    expect(joinOutages([], rows, connections)).toEqual([
      { ...waits, since: 200, nextTryAt: null, connection: { id: "a", name: "a", title: "A", status: "broken" } },
      { ...waits, since: 300, nextTryAt: null, connection: { id: "b", name: "b", title: "B", status: "broken" } },
      row,
    ]);
  });
});
