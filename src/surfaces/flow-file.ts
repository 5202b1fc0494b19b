import { isObject, parseJson } from "#kernel/json.ts";

/**
 * Pure: Millrace's own flow in the text of a file: one that was exported, or a definition by itself. Null for any other text, which may be an
 * export of another tool.
 */
export function ownFlowFile(text: string): Record<string, unknown> | null {
  const value = attempt(text);
  return isObject(value) && isOwn(value) ? value : null;
}

const isOwn = ({ millrace, trigger, steps }: Record<string, unknown>): boolean =>
  millrace === "flow" ||
  (isObject(trigger) && typeof trigger["app"] === "string" && typeof trigger["operation"] === "string" && Array.isArray(steps));

function attempt(text: string): unknown {
  try {
    return parseJson(text.replace(/^\uFEFF/, ""));
  } catch {
    return undefined; // whoever reads it as another tool's says what is wrong with it
  }
}
