import { expect, test } from "vitest";
import { withoutAddresses } from "./hidden-addresses.ts";

test.each([
  ["https://in.example/ü/SECRET?t=a b", "https://in.example/%C3%BC/SECRET?t=a%20b"],
  ["HTTP://In.Example:80/a/../SECRET?x='q'", "http://in.example/SECRET?x=%27q%27"],
  ["https://in.example/hook/SECRET", "https://in.example/hook/SECRET"],
])("an address of a target is hidden as its definition has it and as a request writes it: %s", (url, sent) => {
  const run = { steps: [{ path: "to_target", input: { url } }], request: { url: sent } };
  const shown = withoutAddresses(JSON.stringify(run));
  expect(shown).not.toMatch(/SECRET/);
  expect(JSON.parse(shown).request.url.toLowerCase()).toMatch(/in\.example(:80)?\/…$/);
});
