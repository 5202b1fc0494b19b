/** Everything that a person gives to be read: documents, requests and examples. */
import type { AnswerDraft, AppDraft, EventDraft } from "#api/schemas/app-drafts.ts";
import { readAnswer, readEvent } from "./example.ts";
import type { PagingInput } from "./guess.ts";
import { readRequests } from "./read-requests.ts";
import { readOpenApi } from "./openapi/read-document.ts";

/** What is read out of each kind of text. */
export interface WhatIsRead {
  document: AppDraft;
  curl: AppDraft;
  har: AppDraft;
  answer: AnswerDraft;
  event: EventDraft;
}

/** A text to read. `source`: the address that a document came from. `path`, `input`: of the operation that gave an answer. */
export interface ReadTask<K extends keyof WhatIsRead = keyof WhatIsRead> {
  kind: K;
  text: string;
  source?: string;
  path?: string | undefined;
  input?: PagingInput[] | undefined;
}

type Readers = { [K in keyof WhatIsRead]: (task: ReadTask<K>) => WhatIsRead[K] | Promise<WhatIsRead[K]> };

const readers: Readers = {
  document: ({ text, source }) => readOpenApi(text, source),
  curl: ({ text }) => readRequests("curl", text),
  har: ({ text }) => readRequests("har", text),
  answer: ({ text, path, input }) => readAnswer(text, { ...(path !== undefined && { path }), ...(input && { input }) }),
  event: ({ text }) => readEvent(text),
};

/** Reads a text. Throws BAD_INPUT naming `text` where it is nothing of its kind. */
export const readText = async <K extends keyof WhatIsRead>(task: ReadTask<K>): Promise<WhatIsRead[K]> => readers[task.kind](task);
