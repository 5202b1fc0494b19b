import { expect, test } from "vitest";
import { canSendLink, remedyOf } from "./connection-remedy.ts";

const of = (status: Parameters<typeof remedyOf>[0]["status"], problem?: string, baseUrl?: string) =>
  remedyOf({ id: "con_1", status, ...(problem !== undefined && { problem }), ...(baseUrl !== undefined && { baseUrl }) })?.search ?? null;

test("each problem of a connection leads to what helps", () => {
  expect(of("broken", "CONNECTION_REVOKED")).toEqual({ renew: "con_1" });
  const actionOf = (problem: string) => remedyOf({ id: "con_1", status: "broken", problem })?.action;
  expect(["CONNECTION_REVOKED", "APP_UNINSTALLED", "CLIENT_REFUSED", "SCOPE_MISSING"].map(actionOf)).toEqual([
    "Reconnect",
    "Install the app again",
    "Enter the app's client",
    "Allow more scopes",
  ]);
  expect(of("paused", "CLOCK_OFF")).toBeNull(); // a new login would fare no better
  expect(of("expiring")).toEqual({ renew: "con_1" });
  expect(of("failed", "SCOPE_MISSING")).toEqual({ renew: "con_1" });
  expect(of("failed", "WRONG_LOCATION")).toEqual({ edit: "con_1" });
  expect(of("failed", "HOST_NOT_ALLOWED", "http://10.0.0.7:8080/api")).toEqual({ allow: "10.0.0.7:8080" });
});

test("a host that is down, and a login that works or was never tried, need nothing", () => {
  expect(["OUTBOUND_UNREACHABLE", "OUTBOUND_TIMEOUT", "OUTBOUND_FAILED"].map((code) => of("failed", code))).toEqual([null, null, null]);
  expect([of("connected"), of("untested"), of("paused", "CONNECTION_PAUSED")]).toEqual([null, null, null]);
});

test("a reconnect link is offered where a new login is what is missing, and there is a login", () => {
  const broken = { id: "con_1", status: "broken", problem: "CONNECTION_REVOKED", auth: "token" } as const;
  expect(canSendLink(broken)).toBe(true);
  expect(canSendLink({ ...broken, auth: "none" })).toBe(false);
  expect(canSendLink({ ...broken, problem: "OUTBOUND_TIMEOUT" })).toBe(false);
  expect(canSendLink({ ...broken, status: "connected" })).toBe(false);
});
