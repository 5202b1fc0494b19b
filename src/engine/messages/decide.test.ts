import type { Recipient } from "#catalog/messages.ts";
import { describe, expect, it } from "vitest";
import type { MessagePolicy } from "../types/messages.ts";
import { capWords, decideMessage, policyWithout } from "./decide.ts";

const night = Date.parse("2026-12-01T23:00:00Z");
const noon = Date.parse("2026-12-01T12:00:00Z");
const policy: MessagePolicy = {
  doNotDisturb: true,
  quietHours: { from: "21:00", to: "08:00", otherwise: "wait" },
  cap: { perChannel: 1, inAll: 3 },
};
const ada: Recipient = { channel: "sms", person: "p", name: "Ada", blocked: null, zone: "UTC", at: null };
const decide = (now: number, recipient: Partial<Recipient> = {}, more: Partial<MessagePolicy> = {}) =>
  decideMessage({ ...policy, ...more }, { ...ada, ...recipient }, { now, zone: "UTC" });

describe("what becomes of a message", () => {
  it("is sent to whoever wants it, by day", () => {
    expect(decide(noon)).toEqual({ kind: "send" });
  });

  it("is skipped for a person who has switched the channel off, or all of them, whatever the hour", () => {
    expect(decide(night, { blocked: "channel" })).toEqual({
      kind: "skip",
      rule: "doNotDisturb",
      reason: "Ada has switched SMS off",
    });
    expect(decide(noon, { blocked: "all", name: null })).toMatchObject({ reason: "The person has switched all messages off" });
    expect(decide(noon, { blocked: "all" }, { doNotDisturb: false })).toEqual({ kind: "send" });
  });

  it("waits for the end of the quiet hours, or is skipped as the policy says", () => {
    expect(decide(night)).toEqual({
      kind: "wait",
      until: Date.parse("2026-12-02T08:00:00Z"),
      reason: "Quiet hours of Ada (21:00 to 08:00, UTC)",
      scheduled: null,
    });
    expect(decide(night, {}, { quietHours: { ...policy.quietHours!, otherwise: "skip" } })).toEqual({
      kind: "skip",
      rule: "quietHours",
      reason: "It is a quiet hour for Ada (21:00 to 08:00, UTC)",
    });
    expect(decide(night, {}, { quietHours: null })).toEqual({ kind: "send" });
  });

  it("goes by the hour for which it is scheduled", () => {
    const at = { input: "sendAt", ms: night };
    expect(decide(noon, { at })).toMatchObject({ kind: "wait", scheduled: "sendAt" });
    expect(decide(night, { at: { input: "sendAt", ms: noon } })).toMatchObject({ kind: "wait", scheduled: null });
    expect(decide(night, { at: { input: "sendAt", ms: Date.parse("2026-12-02T09:00:00Z") } })).toEqual({ kind: "send" });
  });

  it("a cap is said with what was counted", () => {
    expect(capWords(ada, policy, "perChannel")).toBe("Ada has had 1 SMS message today, which is the cap");
    expect(capWords(ada, policy, "inAll")).toBe("Ada has had 3 messages today, which is the cap");
  });

  it("keeps every rule of which no exception is made", () => {
    const reason = "A code to sign in";
    expect(policyWithout(policy, [])).toEqual(policy);
    expect(
      policyWithout(policy, [
        { without: ["quietHours"], reason },
        { without: ["cap"], reason },
      ]),
    ).toEqual({
      doNotDisturb: true,
      quietHours: null,
      cap: null,
    });
    expect(policyWithout(policy, [{ without: ["doNotDisturb"], reason }]).doNotDisturb).toBe(false);
  });
});
