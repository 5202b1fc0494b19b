import { expect, test } from "vitest";
import { stepTitle } from "./web-address.ts";

const post = {
  title: "Send data to a web address",
  inputs: [{ name: "url", in: "path", label: "Address", text: "address", schema: { type: "string" } } as const],
};
const input = { url: "https://example.com/gold?key=1" };

test("a step of a run says the address it called, without its parameters; a name that somebody gave it stays", () => {
  expect(stepTitle({ title: post.title, input }, post)).toBe("Send data to example.com/gold");
  expect(stepTitle({ title: "Tell our system", input }, post)).toBe("Tell our system");
  expect(stepTitle({ title: post.title, input: null }, post)).toBe(post.title);
});
