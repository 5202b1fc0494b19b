import { readdirSync, readFileSync } from "node:fs";
import { join } from "node:path";
import { expect, test } from "vitest";
import { packageRoot } from "#kernel/root.ts";

/** A text that is cut for a sentence, a label or a preview: what follows the cut is an ellipsis or a quote. */
const cutBlindly = /\$\{[\w.()[\]]+\.(?:slice|substring|substr)\(0, ?\w+\)\}[…'"]/;

test("no text is cut for people by its code units, which halves an emoji (F27)", () => {
  const sources = ["src", "web/src"].flatMap((folder) =>
    readdirSync(join(packageRoot(), folder), { recursive: true, encoding: "utf8" })
      .filter((name) => /\.tsx?$/.test(name) && !/\.test\.tsx?$/.test(name))
      .map((name) => join(folder, name)),
  );
  expect(sources.length).toBeGreaterThan(300);
  const lines = sources.flatMap((name) =>
    readFileSync(join(packageRoot(), name), "utf8")
      .split("\n")
      .filter((line) => cutBlindly.test(line) && !onlyAscii.some((word) => line.includes(word)))
      .map((line) => `${name}: ${line.trim()}`),
  );
  expect(lines).toEqual([]);
});

/** Names that a protocol limits to ASCII: content types, charsets, codings, hosts. */
const onlyAscii = ["type.slice", "charset.slice", "named.slice", "coding.slice", "named!.slice", "hostname.slice"];
