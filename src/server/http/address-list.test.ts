import { expect, test } from "vitest";
import { readAddressList } from "./address-list.ts";

test("a list that holds no address, or every address, is refused by its entry", () => {
  expect(readAddressList("senders", [" 203.0.113.7 ", "", "2001:db8::/32"])).toEqual(["203.0.113.7", "2001:db8::/32"]);
  for (const [entry, says] of [
    ["example.com", "'example.com' is neither an address nor a range of addresses"],
    ["10.0.0.0/33", "'10.0.0.0/33' has no valid number of bits after the slash"],
    ["0.0.0.0/0", "'0.0.0.0/0' covers every address"],
    ["::/0", "'::/0' covers every address"],
    ["10.0.0.0/8/8", "neither an address"],
    ["010.0.0.1", "neither an address"],
    ["2130706433", "neither an address"],
  ] as const)
    expect(() => readAddressList("senders", [entry])).toThrow(says);
  expect(readAddressList("senders", [])).toEqual([]);
  expect(() => readAddressList("senders", ["", " "])).toThrow("senders: holds blank entries only");
  expect(() =>
    readAddressList(
      "senders",
      Array.from({ length: 101 }, () => "10.0.0.1"),
    ),
  ).toThrow("100 at most");
});
