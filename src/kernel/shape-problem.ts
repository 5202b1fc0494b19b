import { lowerFirst, typeWords } from "./words.ts";

/** What a validator found: `keyword` is its code. */
export interface ShapeIssue {
  keyword: string;
  message?: string | undefined;
  params: Readonly<Record<string, unknown>>;
}

/** What is wrong with a field, in words rather than the validator's. A sentence of our own is kept. */
export function shapeProblem({ keyword, message = "is not valid", params }: ShapeIssue): string {
  const { expected, minimum, maximum, values } = params;
  if (keyword === "invalid_type")
    return message.endsWith("received undefined") ? "is missing" : `takes ${typeWords[String(expected)] ?? String(expected)}`;
  if (keyword === "invalid_value" && Array.isArray(values)) return `takes one of ${values.map(String).join(", ")}`;
  const unit = message.includes("characters") ? " characters" : message.includes("items") ? " items" : "";
  if (keyword === "too_small" && message.startsWith("Too")) return `takes ${String(minimum)}${unit} at least`;
  if (keyword === "too_big" && message.startsWith("Too")) return `takes ${String(maximum)}${unit} at most`;
  return lowerFirst(message.replace(/^Invalid input: /, ""));
}
