import type { LineProblem } from "./script-editor.tsx";

/** A problem of the code with the line that it names; null where it names none. */
export function lineProblem(error: string | undefined): LineProblem | null {
  const [, line, column, message] = /^line (\d+), column (\d+): (.*)$/is.exec(error ?? "") ?? [];
  return line === undefined ? null : { line: Number(line), column: Number(column), message: message! };
}
