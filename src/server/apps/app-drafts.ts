import type { z } from "zod";
import type { AnswerDraft, answerSource, AppDraft, documentSource, EventDraft, requestSource } from "#api/schemas/app-drafts.ts";
import { appDefinition } from "#api/schemas/apps.ts";
import { address } from "#catalog/definition-texts.ts";
import { documentAddressIn, isPage } from "#definitions/openapi/page.ts";
import { mergeDraft } from "#definitions/merge.ts";
import { badInput, notFound } from "#kernel/errors.ts";
import type { TextRead } from "#outbound/text-read.ts";
import type { OwnApps } from "./own-apps.ts";
import type { ReadingThread } from "../reading/reading-thread.ts";

export interface AppDraftParts {
  reading: Pick<ReadingThread, "read">;
  /** `asked`: the address that a person gave, where another one was found there. */
  readText(url: string, asked?: string): Promise<TextRead>;
  own: Pick<OwnApps, "row">;
}

/** How many pages are looked through for the address of the document: a page, and the script in which it keeps it. */
const mostPages = 2;

/** Drafts of apps, read out of documents (given as a text, or at an address), requests and examples. */
export class AppDrafts {
  readonly #parts: AppDraftParts;

  constructor(parts: AppDraftParts) {
    this.#parts = parts;
  }

  request(workspaceId: string, { kind, text }: z.infer<typeof requestSource>): Promise<AppDraft> {
    return this.#parts.reading.read(workspaceId, { kind, text });
  }

  answer(workspaceId: string, source: z.infer<typeof answerSource>): Promise<AnswerDraft> {
    return this.#parts.reading.read(workspaceId, { kind: "answer", ...source });
  }

  event(workspaceId: string, text: string): Promise<EventDraft> {
    return this.#parts.reading.read(workspaceId, { kind: "event", text });
  }

  async document(workspaceId: string, source: z.infer<typeof documentSource>): Promise<AppDraft> {
    const { app } = source;
    if (app === undefined) return this.#draft(workspaceId, source);
    const row = this.#parts.own.row(workspaceId, app);
    if (!row) throw notFound("app of this workspace", app);
    return mergeDraft(await this.#draft(workspaceId, source), appDefinition.parse(JSON.parse(row.definition)));
  }

  async #draft(workspaceId: string, source: z.infer<typeof documentSource>): Promise<AppDraft> {
    if ("text" in source) {
      if (isPage(source.text)) throw badInput("text", "is a page, not a document; give the page's address, or the document's own text");
      return this.#parts.reading.read(workspaceId, { kind: "document", text: source.text });
    }
    const { text, url, page } = await this.#find(source.url.trim());
    const draft = await this.#parts.reading.read(workspaceId, { kind: "document", text, source: url });
    if (page === undefined) return draft;
    return {
      ...draft,
      notes: [{ at: null, says: `The address is a page; the document was found at ${url.slice(0, 300)}.` }, ...draft.notes],
    };
  }

  async #find(url: string): Promise<TextRead & { page?: string }> {
    if (!address.safeParse(url).success) throw badInput("url", "is not an address that begins with https:// or http://");
    let read = await this.#parts.readText(url);
    for (let pages = 0; isPage(read.text); pages++) {
      const next = pages < mostPages ? documentAddressIn(read.text, read.url) : undefined;
      if (next === undefined)
        throw badInput(
          "url",
          "is a page in which no OpenAPI document was found; give the address of the document itself, which often ends with .json or .yaml",
        );
      read = await this.#parts.readText(next, url);
    }
    return read.url === url ? read : { ...read, page: url };
  }
}
