import { expect, test } from "vitest";
import { connectionWord } from "./connection-words.ts";

test("a connection that is used and cannot be tested does not wait for a test for ever", () => {
  expect(connectionWord({ status: "untested" })).toBe("Not tested yet");
  expect(connectionWord({ status: "untested", loginAt: 1, lastUsedAt: 2 })).toBe("In use");
  expect(connectionWord({ status: "untested", loginAt: 3, lastUsedAt: 2 })).toBe("Not tested yet"); // that was another login
  expect(connectionWord({ status: "broken", loginAt: 1, lastUsedAt: 2 })).toBe("Broken");
});
