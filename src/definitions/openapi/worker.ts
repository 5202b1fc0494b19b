/** The thread in which one document is read: it can be ended, whatever the document does to it. */
import { parentPort, workerData } from "node:worker_threads";
import type { AppDraft } from "#api/schemas/app-drafts.ts";
import { MillraceError } from "#kernel/errors.ts";
import { readOpenApi } from "./read-document.ts";

/** What the thread is given. */
export interface DocumentTask {
  text: string;
  source?: string;
}
/** What it answers: the draft; what is wrong with the text; or, where nobody thought of it, how it broke. */
export type DocumentAnswer = { draft: AppDraft } | { refused: string } | { broke: string };

async function answer({ text, source }: DocumentTask): Promise<DocumentAnswer> {
  try {
    return { draft: await readOpenApi(text, source) };
  } catch (err) {
    if (err instanceof MillraceError && err.code === "BAD_INPUT") return { refused: String(err.details["problem"]) };
    return { broke: err instanceof Error ? (err.stack ?? err.message) : String(err) };
  }
}

parentPort?.postMessage(await answer(workerData as DocumentTask));
