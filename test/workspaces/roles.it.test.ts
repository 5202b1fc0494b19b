import { afterAll, beforeAll, expect, test } from "vitest";
import type { InvitationReply } from "#api/schemas.ts";
import { roles, type Role } from "#kernel/roles.ts";
import type { Answer } from "./house.ts";
import { requestOf, type Pick, type Sent } from "./requests.ts";
import { mayUseRoute } from "./role-table.ts";
import { unknownThings, type Things } from "./things.ts";
import { answeringRoutes, TwoWorkspaces, type Route } from "./walk.ts";

/** Every route of the table is called by a person of every role, of the first workspace: with its own things, and with another workspace's. */
let two: TwoWorkspaces;
const cookies = new Map<Role, string>();
const page = { authorization: "", "x-millrace": "1", "sec-fetch-site": "same-origin" };

beforeAll(async () => {
  two = await TwoWorkspaces.open();
  for (const role of roles) cookies.set(role, await joinAs(role));
});
afterAll(() => two.close());

/** Somebody who was invited as that, and accepted: the cookie of their browser. */
async function joinAs(role: Role): Promise<string> {
  const caller = two.caller("aurelia");
  const locationId = role === "client" ? { locationId: "loc_1" } : {};
  const { url } = await caller.ask<InvitationReply>("POST", "/invitations", { email: `${role}@example.com`, role, ...locationId });
  const accepted = { invitation: url.split("#invitation=")[1], name: `The ${role}`, password: "four plain words here" };
  const { status, text, headers } = await caller.call("POST", "/session/accept", accepted, page);
  if (status !== 200) throw new Error(text);
  return headers.getSetCookie()[0]!.split(";")[0]!;
}

let serial = 0;
async function send(role: Role, { name, address, facts }: Route, things: Things, n: number): Promise<Answer & { sent: Sent }> {
  const pick: Pick = (kind) => things[kind][n] ?? things[kind][0]!;
  const sent = requestOf(name, address, facts, pick, `by-${role}-${serial++}`);
  return { ...(await two.caller("aurelia").call(sent.method, sent.path, sent.body, { ...page, cookie: cookies.get(role)! })), sent };
}

const ruleOf = (route: string) => mayUseRoute.filter(({ routes }) => routes.includes(route));
/** Signing in and out by these would end the session of the test. */
const signIns = new Set(["session.start", "session.end", "session.setUpOwner", "session.accept", "session.reset"]);
const walked = answeringRoutes.filter(({ name }) => !signIns.has(name));

test("every route has one rule, and every rule a route", () => {
  const all = answeringRoutes.map(({ name }) => name);
  const streams = ["overview.stream"];
  expect(
    all.filter((name) => ruleOf(name).length !== 1),
    "say in test/workspaces/role-table.ts who may use it",
  ).toEqual([]);
  expect(mayUseRoute.flatMap(({ routes }) => routes).filter((name) => ![...all, ...streams].includes(name))).toEqual([]);
});

/** Whether the route before this one may have begun something that goes on by itself. */
let isAtWork = false;
/** Those who may least come first, so that nothing has changed when it is looked whether they changed nothing. */
const leastFirst = roles.toReversed();

test.each(walked)("$name lets in the roles that may use it, and names the scope it needs to everybody else ($address)", async (route) => {
  const [{ who }] = ruleOf(route.name) as [(typeof mayUseRoute)[number]];
  if (isAtWork) await two.atRest();
  isAtWork = !route.address.startsWith("GET");
  for (const role of leastFirst) {
    const may = who === "anyone" || who.includes(role);
    const before = may ? null : two.snapshot("aurelia");
    const { status, text } = await send(role, route, two.of("aurelia").things, 0);
    const isRefused = status === 403 && text.includes("This needs the scope");
    expect({ role, isRefused, text: text.slice(0, 200) }).toEqual({ role, isRefused: !may, text: expect.anything() });
    if (before) expect(two.snapshot("aurelia")).toEqual(before);
  }
});

test.each(walked)("nobody learns anything of another workspace by $name ($address)", async (route) => {
  const before = two.snapshot("borealis");
  for (const role of leastFirst) {
    const unknown = await send(role, route, unknownThings, 0);
    const foreign = await send(role, route, two.of("borealis").things, 0);
    expect({ role, ...two.plain(foreign) }).toEqual({ role, ...two.plain(unknown) });
    expect(two.shownOf("borealis", foreign)).toEqual([]);
  }
  expect(two.snapshot("borealis")).toEqual(before);
});
