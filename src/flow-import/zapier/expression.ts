import { cutText } from "#kernel/characters.ts";
import { type Expr, filter, join, literal, NotConvertible, word } from "../expr.ts";
import type { Outputs } from "../outputs.ts";

/** Reads a text of Zapier, in which a step's number and the field's name stand between braces: `{{12__contact__email}}`. */
export function readText(text: string, outputs: Outputs): Expr {
  const parts: Expr[] = [];
  let at = 0;
  for (let start = text.indexOf("{{"); start >= 0; start = text.indexOf("{{", at)) {
    const end = text.indexOf("}}", start);
    if (end < 0) throw new NotConvertible("has braces that are not closed");
    parts.push(literal(text.slice(at, start)), readReference(text.slice(start + 2, end).trim(), outputs));
    at = end + 2;
  }
  return join([...parts, literal(text.slice(at))]);
}

const meta: Record<string, Expr> = {
  zap_meta_human_now: word("now"),
  zap_meta_utc_iso: filter(word("now"), "to_iso"),
  zap_meta_timestamp: filter(word("now"), "to_epoch"),
};

/** A field by its key: `12__contact__email`, or `=gives["12"]["contact"]["email"]` in newer files. */
export function readReference(source: string, outputs: Outputs): Expr {
  if (Object.hasOwn(meta, source)) return meta[source]!;
  const keys = source.startsWith("=gives")
    ? [...source.matchAll(/\[["']([^"'\]]{1,200})["']\]/g)].map(([, key]) => key!)
    : source.split("__");
  const [step, ...path] = keys;
  if (step === undefined || !/^\d{1,20}$/.test(step)) throw new NotConvertible(`reads '${cutText(source, 60)}', which is not known here`);
  return outputs.read(
    step,
    path.filter((key) => key !== "").map((key) => (/^\d{1,6}$/.test(key) ? Number(key) : key)),
  );
}
