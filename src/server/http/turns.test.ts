import { expect, test } from "vitest";
import { Turns } from "./turns.ts";

test("work of one owner is done one piece at a time, also after a piece failed, and that of others beside it", async () => {
  const turns = new Turns(10);
  const seen: string[] = [];
  let go = () => {};
  const first = turns.take("a", () => new Promise<void>((resolve) => (go = resolve)).then(() => void seen.push("a1")));
  const failing = turns.take("a", () => Promise.reject(new Error("no")));
  const last = turns.take("a", async () => void seen.push("a2"));
  await turns.take("b", async () => void seen.push("b"));
  expect(seen).toEqual(["b"]);
  go();
  await first;
  await expect(failing).rejects.toThrow("no");
  await last;
  expect(seen).toEqual(["b", "a1", "a2"]);
});

test("an owner with too much in line is refused, and may come again when some is done", async () => {
  const turns = new Turns(2);
  const both = [turns.take("a", async () => 1), turns.take("a", async () => 2)];
  await expect(turns.take("a", async () => 3)).rejects.toMatchObject({ code: "TOO_MANY_REQUESTS" });
  expect(await Promise.all(both)).toEqual([1, 2]);
  expect(await turns.take("a", async () => 3)).toBe(3);
});
