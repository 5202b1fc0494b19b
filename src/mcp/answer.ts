/** Pure: what a tool answers, as the protocol carries it. */
import type { CallToolResult } from "@modelcontextprotocol/server";
import { fenced, type PartAsked, partOf, shortened } from "./data.ts";

export interface Answer {
  /** What happened, in our words alone: nothing of it was written outside of Millrace. */
  says: string;
  /** Everything else. It is cut to size and marked as data. */
  data?: unknown;
  /** What to do next, a sentence each. */
  next?: readonly string[];
  /** The call failed. */
  failed?: boolean;
}

/** An answer as the result of a tool: its sentence, its data between marks, cut to size or the part that was asked for, and what to do next. */
export function resultOf({ says, data, next = [], failed = false }: Answer, asked: PartAsked = {}): CallToolResult {
  const isPart = asked.part !== undefined || asked.offset !== undefined;
  const whole = isPart ? partOf(data, asked) : data;
  const small = shortened(whole);
  const missing =
    isPart && whole === undefined && !failed ? [`There is nothing at ${JSON.stringify(asked.part ?? "")} in this answer.`] : [];
  const rest = small.cut ? [howToReadOn] : [];
  const shown = whole === undefined ? [] : [fenced(small.value)];
  const lines = [...missing, ...rest, ...next];
  const text = [says, ...shown, ...(lines.length > 0 ? [lines.join("\n")] : [])].join("\n\n");
  return { content: [{ type: "text", text }], ...(failed && { isError: true }) };
}

const howToReadOn =
  "This is shortened. To read the rest, call the tool again with `part`, the path of what you want (such as steps[2].output), and `offset`, the item or the character to begin at.";
