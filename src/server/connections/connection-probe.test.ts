import { expect, test } from "vitest";
import type { Connection } from "#vault/types.ts";
import { probe, type ProbedApp } from "./connection-probe.ts";

const connection = (app: string): Connection => ({
  id: "con_1",
  workspaceId: "w",
  name: "desk",
  title: "Desk",
  app,
  auth: "header",
  baseUrl: "https://desk.example.com",
  status: "untested",
  createdAt: 0,
  updatedAt: 0,
});
const desk: ProbedApp = { title: "Desk", baseUrl: "" };
const said = async (app: string, facts: ProbedApp) =>
  (await probe({ connection: connection(app), secret: { token: "k" } }, facts, async () => ({}), 0)).message;

test("a test that could not tell anything says that the app names no operation to test with", async () => {
  expect(await said("desk", desk)).toMatch(/shows nothing of the login.* Desk names no operation to test a login with/);
  expect(await said("desk", { ...desk, probe: [{ operation: "account.get" }] })).toBe("The login works.");
  expect(await said("http", { title: "HTTP", baseUrl: "" })).not.toContain("names no operation");
});
