import type { FlowImport, ImportedDraft, ImportedFlow } from "#api/schemas.ts";
import type { Catalog } from "#catalog/registry.ts";
import { packOf } from "#flow-import/pack.ts";
import type { ImportedFlow as ReadFlow } from "#flow-import/result.ts";
import type { FlowService } from "#engine/api.ts";
import { placesOf } from "#engine/lint/places.ts";
import { flowSentence } from "#engine/flow/sentence.ts";
import type { Titles } from "#engine/flow/knowledge.ts";
import type { FlowDefinition } from "#engine/types/flows.ts";
import { MillraceError } from "#kernel/errors.ts";
import { createPace, eachAtPace } from "#kernel/pace.ts";
import type { ReadingThread } from "../reading/reading-thread.ts";

export interface FlowImportParts {
  reading: Pick<ReadingThread, "readExport">;
  catalog: Catalog;
  titlesOf(workspaceId: string): Titles;
  /** Reads a definition as a draft. Throws FLOW_INVALID where it is none. */
  draft: FlowService["draft"];
}

/** Reads the files of other tools. Nothing is saved: who likes what was read creates the flows. */
export class FlowImports {
  readonly #parts: FlowImportParts;
  readonly #pace = createPace();

  constructor(parts: FlowImportParts) {
    this.#parts = parts;
  }

  /** Throws BAD_INPUT naming `text` where the file is none of n8n, Make or Zapier, or more than is read. */
  async read(workspaceId: string, text: string): Promise<FlowImport> {
    const { reading, catalog } = this.#parts;
    const { tool, counts, flows } = await reading.readExport(workspaceId, { kind: "export", text, pack: packOf(catalog.of(workspaceId)) });
    return { tool, counts, flows: await this.#checked(workspaceId, flows) };
  }

  /** Checks all drafts, with everything else going on in between. */
  async #checked(workspaceId: string, flows: readonly ReadFlow[]): Promise<ImportedFlow[]> {
    const titles = this.#parts.titlesOf(workspaceId);
    const checked: ImportedFlow[] = flows.map((flow) => ({ ...flow, drafts: [] }));
    const drafts = flows.flatMap((flow, i) => flow.drafts.map((written) => ({ written, flow: checked[i]! })));
    await eachAtPace(drafts, this.#pace, ({ written, flow }) => {
      if (flow.refused === undefined) this.#check(workspaceId, written, flow, titles);
    });
    return checked;
  }

  #check(workspaceId: string, written: FlowDefinition, flow: ImportedFlow, titles: Titles): void {
    try {
      flow.drafts.push(this.#draft(workspaceId, written, titles));
    } catch (thrown) {
      if (!(thrown instanceof MillraceError) || thrown.code !== "FLOW_INVALID") throw thrown;
      flow.drafts = [];
      flow.refused = `It cannot be kept as a flow: ${String(thrown.details["problem"])}`;
    }
  }

  #draft(workspaceId: string, written: FlowDefinition, titles: Titles): ImportedDraft {
    const definition = this.#parts.draft(workspaceId, written);
    const apps = [...new Set(placesOf(definition).map(({ app }) => app))].flatMap((app) => {
      const known = titles.app(app);
      return known?.needsConnection ? [{ app, title: known.title }] : [];
    });
    return { definition, sentence: flowSentence(definition, titles), apps };
  }
}
