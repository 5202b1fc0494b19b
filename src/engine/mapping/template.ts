import { Output, TypeGuards } from "liquidjs";
import type { Template } from "liquidjs";
import { compileExpressionText } from "./expression.ts";
import type { Expression } from "./expression.ts";
import { unknownFilter } from "./liquid.ts";
import type { Engine } from "./liquid.ts";
import { bounded, toText } from "./text.ts";

/** Whether a text is more than itself. */
export const isTemplate = (text: string): boolean => text.includes("{{") || text.includes("{%");

/** Compiles a text with `{{ }}` or `{% %}` in it. One expression alone keeps its type; everything else gives text. */
export function compileTemplate(text: string, engine: Engine): Expression {
  const parts = parse(text, engine);
  if (parts.some((part) => !isOutput(part) && !TypeGuards.isHTMLToken(part.token))) return compileTags(parts, engine);
  const [only, ...others] = parts.filter((part) => isOutput(part) || fixedText(part).trim() !== "");
  return only && others.length === 0 && isOutput(only) ? compileOutput(only, engine) : compileText(parts, engine);
}

function parse(text: string, engine: Engine): Template[] {
  try {
    return engine.liquid.parse(text);
  } catch (thrown) {
    const unknown = thrown instanceof Error ? /^undefined filter: ([\w-]+)/.exec(thrown.message)?.[1] : undefined;
    throw unknown === undefined ? thrown : unknownFilter(unknown, engine);
  }
}

const isOutput = (part: Template): part is Output => part instanceof Output;
const fixedText = ({ token }: Template): string => (TypeGuards.isHTMLToken(token) ? token.getContent() : "");
const compileOutput = (output: Output, engine: Engine): Expression => compileExpressionText(output.token.content, engine);

function compileText(parts: Template[], engine: Engine): Expression {
  const uses = new Set<string>();
  const pieces = parts.map((part): string | Expression => {
    if (!isOutput(part)) return fixedText(part);
    const expression = compileOutput(part, engine);
    for (const path of expression.uses) uses.add(path);
    return expression;
  });
  return {
    evaluate(scope) {
      let text = "";
      for (const piece of pieces) text = bounded(text + (typeof piece === "string" ? piece : toText(piece.evaluate(scope))));
      return text;
    },
    *pieces(scope) {
      let text = "";
      for (const piece of pieces) {
        yield;
        text = bounded(text + (typeof piece === "string" ? piece : toText(yield* piece.pieces(scope))));
      }
      return text;
    },
    uses: [...uses],
  };
}

/** Loops, conditions and assignments inside a text are Liquid's own business. */
function compileTags(parts: Template[], engine: Engine): Expression {
  const uses = engine.liquid.globalFullVariablesSync(parts).filter((path) => path !== "now");
  return { evaluate: (scope) => engine.render(parts, scope), pieces: (scope) => engine.renderPieces(parts, scope), uses };
}
