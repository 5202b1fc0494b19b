// @vitest-environment happy-dom
import { describe, expect, test } from "vitest";
import type { FlowDefinition } from "#api/schemas.ts";
import { packOf } from "#flow-import/pack.ts";
import { readExport } from "#flow-import/read-export.ts";
import { makeExports } from "#test/flow-import/make-exports.ts";
import { n8nExports } from "#test/flow-import/n8n-exports.ts";
import { zapierExports } from "#test/flow-import/zapier-exports.ts";
import { builtIn } from "#test/support/built-in.ts";
import { allSteps } from "./document/place.ts";
import { openEditor, saves, stubPage } from "./opened-editor.test-support.tsx";

/** Drafts that were made of other tools' flows are opened in the real editor, on a page that is not shown. */

stubPage();

const pack = packOf(builtIn.of("any"));
const drafts = [n8nExports, makeExports, zapierExports]
  .flatMap((files) => Object.values(files))
  .flatMap((file) => readExport(JSON.stringify(file), pack).flows)
  .flatMap((flow) => flow.drafts) as FlowDefinition[];

describe("a draft of another tool's flow", () => {
  test.each(drafts.map((draft) => [draft.name, draft] as const))("opens in the editor, and is not changed by it: %s", async (_, draft) => {
    const { draft: opened, page, close } = await openEditor(draft);
    expect(page.querySelectorAll("[data-card]").length).toBeGreaterThanOrEqual(1 + allSteps(draft).length);
    expect(opened.view().definition).toBe(draft);
    await close();
    expect(saves).toEqual([]);
  });
});
