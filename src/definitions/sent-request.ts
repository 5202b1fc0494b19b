/** A request as somebody made it once: with a curl command, or in a browser. What makes an operation of it is in `request-draft.ts`. */
import { badInput, type MillraceError } from "#kernel/errors.ts";
import type { Json } from "#kernel/json.ts";

export type Pair = readonly [name: string, value: string];

/** The body of a request, as far as it could be read. */
export type SentBody =
  | { kind: "json"; value: Json }
  | { kind: "form" | "multipart"; members: readonly Pair[]; files: readonly string[] }
  /** Something else, of this content type. */
  | { kind: "text"; type: string };

export interface SentRequest {
  method: string;
  /** The whole address, with its query. Variables are `{{NAME}}`. */
  url: string;
  headers: readonly Pair[];
  body: SentBody | null;
  /** A user name and password were given beside the headers. */
  basic?: boolean;
  /** What came back, where that was recorded: the JSON of a good answer. */
  answer?: Json;
  /** What came back named the next page in its Link header. */
  linkHeader?: boolean;
  /** Where in the source it is: "line 3". */
  at: string;
}

/** Something that was left out, and why. */
export interface Note {
  at: string | null;
  says: string;
}
/** What a source holds, with what was left out of it. `secrets`: the values that must not appear in what is made of it. */
export interface Sent {
  requests: SentRequest[];
  notes: Note[];
  secrets: string[];
}

/** A note as a sentence, with its full stop. */
export const asSentence = <T extends Note>({ says, ...note }: T) => ({ ...note, says: /[.…]$/.test(says) ? says : `${says}.` });

/** Says that a pasted text cannot be read. */
export const unreadable = (problem: string): MillraceError => badInput("text", problem);
