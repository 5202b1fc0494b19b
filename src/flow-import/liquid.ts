import type { Json } from "#kernel/json.ts";
import { type Expr, NotConvertible } from "./expr.ts";

/** Writes expressions in the mapping language. Throws NotConvertible for the few that it has no words for. */

/** The value of a field: a template, or a fixed value as it stands. */
export function template(expr: Expr): Json {
  if (expr.is === "literal") return typeof expr.value === "string" ? plainText(expr.value) : expr.value;
  if (expr.is === "json") return expr.value;
  if (expr.is === "list") return expr.items.map(template);
  if (expr.is === "object") return Object.fromEntries(expr.members.map(([name, member]) => [name, template(member)]));
  return templateText(expr);
}

/** The same where only a text can stand. */
export function templateText(expr: Expr): string {
  if (expr.is === "literal") return plainText(expr.value === null ? "" : String(expr.value));
  if (expr.is === "join") return expr.parts.map(templateText).join("");
  if (expr.is === "choice") return `{% if ${condition(expr.if)} %}${templateText(expr.yes)}{% else %}${templateText(expr.no)}{% endif %}`;
  return `{{ ${value(expr)} }}`;
}

/** A condition, as filters and branches take it. */
export function condition(expr: Expr): string {
  if (expr.is === "logic") return expr.parts.map(enclosed).join(` ${expr.op} `);
  if (expr.is === "not") return `not ${enclosed(expr.of)}`;
  if (expr.is === "compare") return `${operand(expr.left)} ${expr.op} ${operand(expr.right)}`;
  if (expr.is === "literal") return expr.value === false || expr.value === null ? "false" : "true";
  return operand(expr);
}

/** What stands for a list or a value by itself, without braces. */
export function value(expr: Expr): string {
  if (expr.is === "filter") {
    const args = expr.args.map(operand).join(", ");
    const on = expr.on.is === "filter" ? value(expr.on) : operand(expr.on);
    return `${on} | ${expr.filter}${args === "" ? "" : `: ${args}`}`;
  }
  if (expr.is === "compare" || expr.is === "logic" || expr.is === "not") return `(${condition(expr)})`;
  return operand(expr);
}

const enclosed = (expr: Expr): string =>
  expr.is === "compare" || expr.is === "logic" || expr.is === "not" ? `(${condition(expr)})` : operand(expr);

function operand(expr: Expr): string {
  if (expr.is === "literal") return typeof expr.value === "string" ? quoted(expr.value) : expr.value === null ? "nil" : String(expr.value);
  if (expr.is === "word") return expr.word;
  if (expr.is === "ref") return path(expr.name, expr.path);
  if (expr.is === "member") return path(`(${value(expr.of)})`, expr.path);
  if (expr.is === "filter") return `(${value(expr)})`;
  if (expr.is === "join") return `(${["''", ...expr.parts.map((part) => `append: ${operand(part)}`)].join(" | ")})`;
  if (expr.is === "compare" || expr.is === "logic" || expr.is === "not") return `(${condition(expr)})`;
  if (expr.is === "choice") throw new NotConvertible("chooses between two values in the middle of another expression");
  throw new NotConvertible("makes a list or an object in the middle of another expression");
}

/** A path, with brackets where a key is no plain word. */
export function path(name: string, keys: readonly (string | number)[]): string {
  return keys.reduce<string>((text, key) => {
    if (typeof key === "number") return `${text}[${key}]`;
    return /^[A-Za-z_][A-Za-z0-9_]*$/.test(key) ? `${text}.${key}` : `${text}[${quoted(key)}]`;
  }, name);
}

const escapes: Record<string, string> = { "\\": "\\\\", "'": "\\'", "\n": "\\n", "\r": "\\r", "\t": "\\t" };

/** A text within an expression. Braces that would end it are taken apart. */
function quoted(text: string): string {
  if (/[{}%]/.test(text) && /\}\}|%\}|\{\{|\{%/.test(text)) throw new NotConvertible("has a text with double braces inside an expression");
  return `'${text.replace(/[\\'\n\r\t]/g, (one) => escapes[one]!)}'`;
}

/** A fixed text in a field: braces in it are no template. */
const plainText = (text: string): string => text.replace(/\{(?=[{%])/g, "{{ '{' }}");
