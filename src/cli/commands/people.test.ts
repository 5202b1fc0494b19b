import { expect, test } from "vitest";
import { TestClock } from "#kernel/clock.ts";
import type { MemberView } from "#api/schemas.ts";
import { runCli } from "#test/fakes/terminal.ts";

const now = new TestClock().now();
const member = (more: Partial<MemberView> = {}): MemberView => ({
  id: "acc_1",
  email: "vera@example.com",
  name: "Vera Rubin",
  role: "viewer",
  locationId: null,
  secondFactor: true,
  createdAt: now,
  seenAt: now - 60_000,
  ...more,
});
const list = {
  "GET /members": { members: [member(), member({ id: "acc_2", email: "ada@example.com", name: "Ada", role: "owner", seenAt: null })] },
};
const invitation = {
  id: "inv_1",
  email: "carl@example.com",
  role: "client",
  locationId: "loc_1",
  invitedBy: "account:acc_2",
  createdAt: now,
  expiresAt: now + 7 * 24 * 3_600_000,
};
const connections = {
  "GET /connections": {
    connections: [
      { id: "con_1", name: "acme", locationId: "loc_1" },
      { id: "con_2", name: "mail" },
    ],
  },
};

test("people list shows each with the role and when they were last seen", async () => {
  const { out } = await runCli(["people", "list"], { answers: list });
  expect(out).toBe(
    "E-MAIL            ROLE    SECOND FACTOR  LAST SEEN  SUB-ACCOUNT  NAME\n" +
      "vera@example.com  viewer  on             1 min ago               Vera Rubin\n" +
      "ada@example.com   owner   on             never                   Ada\n",
  );
  expect((await runCli(["people", "list"], { answers: { "GET /members": { members: [] } } })).out).toContain("millrace open");
});

test("people invite prints the link alone on standard output, and says how it gets to them", async () => {
  const answers = { ...connections, "POST /invitations": { invitation, url: "https://m.example.com/#invitation=tok", mailed: false } };
  const { out, err, asked } = await runCli(["people", "invite", "carl@example.com", "--role", "client", "--sub-account", "acme"], {
    answers,
  });
  expect(out).toBe("https://m.example.com/#invitation=tok\n");
  expect(err).toContain("Give the link to carl@example.com");
  expect(asked.at(-1)?.body).toEqual({ email: "carl@example.com", role: "client", locationId: "loc_1" });
});

test("people invite warns of a link that only this machine can open", async () => {
  const answers = { "POST /invitations": { invitation, url: "http://127.0.0.1:4400/#invitation=tok", mailed: false } };
  const { err } = await runCli(["people", "invite", "carl@example.com"], { answers });
  expect(err).toContain("It begins with 127.0.0.1, which nobody can open on another machine. Set MILLRACE_PUBLIC_URL");
});

test("a connection that is for no sub-account is refused before anybody is invited", async () => {
  const { code, err, asked } = await runCli(["people", "invite", "a@example.com", "--role", "client", "--sub-account", "mail"], {
    answers: connections,
  });
  expect(code).toBe(2);
  expect(err).toContain("'mail' is not for one sub-account");
  expect(asked.map(({ method }) => method)).toEqual(["GET"]);
});

test("people role finds somebody by the beginning of the address, and names the roles where there is no such", async () => {
  const answers = { ...list, "PUT /members/acc_1": { ok: true } };
  const { out, asked } = await runCli(["people", "role", "vera", "operator"], { answers });
  expect(out).toBe("vera@example.com is an operator now\n");
  expect(asked.at(-1)?.body).toEqual({ role: "operator", locationId: null });
  const wrong = await runCli(["people", "role", "vera", "boss"], { answers });
  expect(wrong.code).toBe(2);
  expect(wrong.err).toContain("owner, builder, operator, viewer, client");
});

test("people remove asks first", async () => {
  const answers = { ...list, "DELETE /members/acc_1": { ok: true } };
  const refused = await runCli(["people", "remove", "vera"], { answers, keyboard: [false] });
  expect(refused.asked.map(({ method }) => method)).toEqual(["GET"]);
  expect((await runCli(["people", "remove", "vera", "--yes"], { answers })).out).toBe("Removed: vera@example.com\n");
});

test("an invitation is listed with its end, and withdrawn by the address", async () => {
  const answers = { "GET /invitations": { invitations: [invitation] }, "DELETE /invitations/inv_1": { ok: true } };
  expect((await runCli(["people", "invitations"], { answers })).out).toBe(
    "E-MAIL            ROLE    EXPIRES  SUB-ACCOUNT\ncarl@example.com  client  in 7 d   loc_1\n",
  );
  expect((await runCli(["people", "withdraw", "carl"], { answers })).out).toBe("Withdrawn: the invitation of carl@example.com\n");
});

test("people allow-from shows, sets and clears the addresses that the workspace may be used from", async () => {
  const route = "/workspace/allowed-addresses";
  const answers = { [`GET ${route}`]: { addresses: ["203.0.113.0/24"], own: "127.0.0.1" }, [`PUT ${route}`]: {} };
  const set = await runCli(["people", "allow-from", "203.0.113.0/24"], { answers });
  expect([set.out, set.asked[0]?.body]).toEqual(["203.0.113.0/24\n", { addresses: ["203.0.113.0/24"] }]);
  expect((await runCli(["people", "allow-from", "--anywhere"], { answers })).asked[0]?.body).toEqual({ addresses: [] });
  expect((await runCli(["people", "allow-from"], { answers })).asked).toHaveLength(1);
});
