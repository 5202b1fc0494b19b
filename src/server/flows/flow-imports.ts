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

  constructor(parts: FlowImportParts) {
    this.#parts = parts;
  }

  /** Throws BAD_INPUT naming `text` where the file is none of n8n, Make or Zapier, or more than is read. */
  async read(workspaceId: string, text: string): Promise<FlowImport> {
    const { reading, catalog } = this.#parts;
    const { tool, counts, flows } = await reading.readExport(workspaceId, { kind: "export", text, pack: packOf(catalog.of(workspaceId)) });
    return { tool, counts, flows: flows.map((flow) => this.#checked(workspaceId, flow)) };
  }

  #checked(workspaceId: string, flow: ReadFlow): ImportedFlow {
    try {
      return { ...flow, drafts: flow.drafts.map((definition) => this.#draft(workspaceId, definition)) };
    } catch (thrown) {
      if (!(thrown instanceof MillraceError) || thrown.code !== "FLOW_INVALID") throw thrown;
      return { ...flow, drafts: [], refused: `It cannot be kept as a flow: ${String(thrown.details["problem"])}` };
    }
  }

  #draft(workspaceId: string, written: FlowDefinition): ImportedDraft {
    const definition = this.#parts.draft(workspaceId, written);
    const titles = this.#parts.titlesOf(workspaceId);
    const apps = [...new Set(placesOf(definition).map(({ app }) => app))].flatMap((app) => {
      const known = titles.app(app);
      return known?.needsConnection ? [{ app, title: known.title }] : [];
    });
    return { definition, sentence: flowSentence(definition, titles), apps };
  }
}
