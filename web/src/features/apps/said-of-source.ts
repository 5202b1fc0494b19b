import { messageOf } from "../../lib/query.ts";

/** What is wrong with something that was pasted or addressed. Nobody sees a field called Text. */
export const saidOfSource = (error: unknown): string =>
  messageOf(error)
    .replace(/^'Text' /, "The text ")
    .replace(/^'Url' /i, "The address ")
    .replace(/^(?:Text|Url): (.)/i, (_, first: string) => first.toUpperCase());
