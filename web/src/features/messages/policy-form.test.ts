import { expect, test } from "vitest";
import { formOf, policyOf, totalsInWords } from "./policy-form.ts";

const off = { doNotDisturb: true, quietHours: null, cap: null };

test("a policy comes back from its form as it was", () => {
  const full = {
    doNotDisturb: false,
    quietHours: { from: "20:30", to: "07:15", otherwise: "skip" as const },
    cap: { perChannel: 2, inAll: null },
  };
  for (const policy of [off, full]) expect(policyOf(formOf(policy))).toEqual(policy);
});

test("a rule that is switched on begins with what is suggested", () => {
  const form = { ...formOf(off), hasQuietHours: true, hasCap: true };
  expect(policyOf(form)).toEqual({
    doNotDisturb: true,
    quietHours: { from: "21:00", to: "08:00", otherwise: "wait" },
    cap: { perChannel: 1, inAll: 2 },
  });
  expect(policyOf({ ...form, perChannel: " " }).cap).toEqual({ perChannel: null, inAll: 2 });
});

test("the totals say how many were sent, and why others were not", () => {
  expect(totalsInWords({ days: 7, messages: [] })).toBe("In the last 7 days no message was sent, and none was skipped.");
  expect(totalsInWords({ days: 7, messages: [{ channel: "sms", outcome: "sent", messages: 1 }] })).toBe(
    "In the last 7 days 1 message was sent, and none was skipped.",
  );
  expect(
    totalsInWords({
      days: 7,
      messages: [
        { channel: "sms", outcome: "sent", messages: 10 },
        { channel: "email", outcome: "sent", messages: 2 },
        { channel: "sms", outcome: "quietHours", messages: 2 },
        { channel: "sms", outcome: "cap", messages: 1 },
      ],
    }),
  ).toBe("In the last 7 days 12 messages were sent. 3 were skipped: 2 in quiet hours, 1 above the cap.");
});
