import type { CallReply } from "../../../lib/api.ts";
import type { Operation } from "./types.ts";

/**
 * The answer of a call that was tried, as text: as it was received, or, where a long one was cut to be shown, what was read of it, put where
 * the answer had it. Null: nothing came back.
 */
export function answerText({ effect, result }: Pick<Operation, "effect" | "result">, { output, exchanges }: CallReply): string | null {
  const answered = exchanges.filter(({ received, status }) => received !== undefined && (status ?? 0) < 300);
  const text = (effect === "read" ? answered[0] : answered.at(-1))?.received;
  if (text !== undefined && isJson(text)) return text;
  return output === null || output === undefined ? null : inBounds(within(output, result ?? ""));
}

function isJson(text: string): boolean {
  try {
    JSON.parse(text);
    return true;
  } catch {
    return false;
  }
}

/** The value under the members of a path: `data.items` gives `{ data: { items: value } }`. */
const within = (value: unknown, path: string): unknown =>
  path === "" ? value : path.split(".").reduceRight<unknown>((inner, member) => ({ [member]: inner }), value);

/** An example may have a million characters; a longer one loses records at the end of its lists, and stays whole otherwise. */
const most = 900_000;

function inBounds(value: unknown): string {
  const text = JSON.stringify(value);
  if (text.length <= most) return text;
  return JSON.stringify(value, (_, each: unknown) => (Array.isArray(each) ? each.slice(0, 20) : each));
}
