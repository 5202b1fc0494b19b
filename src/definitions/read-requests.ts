import type { AppDraft } from "#api/schemas/app-drafts.ts";
import { readCurl } from "./curl.ts";
import { readHar } from "./har.ts";
import { draftOf } from "./request-draft.ts";

/** The draft of an app, made of curl commands or of a recording of a browser. Throws BAD_INPUT naming `text` where there is no request in it. */
export const readRequests = (kind: "curl" | "har", text: string): AppDraft => draftOf(kind === "har" ? readHar(text) : readCurl(text));
