import { isObject } from "#kernel/json.ts";
import { parseJson } from "../../../lib/json-text.ts";
import { type Definition, isShowable } from "./types.ts";

/** The definition in the file of an exported app; null: the text is something else. */
export function exportedApp(text: string): Definition | null {
  if (!text.includes('"millraceApp"')) return null;
  const { value } = parseJson(text);
  if (!isObject(value) || value["millraceApp"] !== 1) return null;
  const { millraceApp: _, ...definition } = value;
  return isShowable(definition) ? definition : null;
}
