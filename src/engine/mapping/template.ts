import { Output, TypeGuards } from "liquidjs";
import type { Template } from "liquidjs";
import { isBlankText } from "#catalog/text.ts";
import { compileExpressionText } from "./expression.ts";
import type { Expression } from "./expression.ts";
import { unknownFilter } from "./liquid.ts";
import type { Engine } from "./liquid.ts";
import { MappingProblem } from "./problem.ts";
import { bounded, toText } from "./text.ts";
import { currentWork } from "./work.ts";

export { isTemplate } from "./is-template.ts";

/** Compiles a text with `{{ }}` or `{% %}` in it. One expression alone keeps its type; everything else gives text. */
export function compileTemplate(text: string, engine: Engine): Expression {
  const parts = parse(text, engine);
  if (parts.some((part) => !isOutput(part) && !TypeGuards.isHTMLToken(part.token))) return compileTags(parts, engine);
  const [only, ...others] = parts.filter((part) => isOutput(part) || fixedText(part).trim() !== "");
  return only && others.length === 0 && isOutput(only) ? compileOutput(only, engine, true) : compileText(parts, engine);
}

/** Liquid takes a text apart from its front, which is slow once there are tens of thousands of parts. */
const mostTemplates = 1000;

function requireFew(text: string): void {
  let count = 0;
  for (const open of ["{{", "{%"])
    for (let at = text.indexOf(open); at >= 0; at = text.indexOf(open, at + 2))
      if (++count > mostTemplates) throw new MappingProblem(`one text can have ${mostTemplates.toLocaleString("en-US")} templates at most`);
}

function parse(text: string, engine: Engine): Template[] {
  requireFew(text);
  try {
    return engine.liquid.parse(text);
  } catch (thrown) {
    const unknown = thrown instanceof Error ? /^undefined filter: ([\w-]+)/.exec(thrown.message)?.[1] : undefined;
    throw unknown === undefined ? thrown : unknownFilter(unknown, engine);
  }
}

const isOutput = (part: Template): part is Output => part instanceof Output;
const fixedText = ({ token }: Template): string => (TypeGuards.isHTMLToken(token) ? token.getContent() : "");
const compileOutput = (output: Output, engine: Engine, isWhole = false): Expression =>
  compileExpressionText(output.token.content, engine, isWhole);

/** A value as it is written into a text. */
function partOf(value: unknown): string {
  const text = toText(value);
  currentWork().part(!isBlankText(text));
  return text;
}

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
      const { filled } = currentWork().parts;
      let text = "";
      for (const piece of pieces) text = bounded(text + (typeof piece === "string" ? piece : partOf(piece.evaluate(scope))));
      return unlessMissing(text, filled);
    },
    *pieces(scope) {
      const { filled } = currentWork().parts;
      let text = "";
      for (const piece of pieces) {
        yield;
        text = bounded(text + (typeof piece === "string" ? piece : partOf(yield* piece.pieces(scope))));
      }
      return unlessMissing(text, filled);
    },
    uses: [...uses],
    isText: true,
  };
}

/** Loops, conditions and assignments inside a text are Liquid's own business. */
function compileTags(parts: Template[], engine: Engine): Expression {
  const uses = engine.liquid.globalFullVariablesSync(parts).filter((path) => path !== "now");
  return {
    evaluate(scope) {
      const { filled, missing } = currentWork().parts;
      const text = engine.render(parts, scope);
      return currentWork().parts.missing > missing ? unlessMissing(text, filled) : text;
    },
    *pieces(scope) {
      const { filled, missing } = currentWork().parts;
      const text = toText(yield* engine.renderPieces(parts, scope));
      return currentWork().parts.missing > missing ? unlessMissing(text, filled) : text;
    },
    uses,
    isText: true,
  };
}

/** What was rendered; missing where no value of it is there and nothing else in it says anything: `-`, `€` or a space say nothing. */
const unlessMissing = (text: string, filledBefore: number): string | undefined =>
  currentWork().parts.filled === filledBefore && !hasWords(text) ? undefined : text;

/** Whether there are letters or digits in a text. */
export const hasWords = (text: string): boolean => /[\p{L}\p{N}]/u.test(text);
