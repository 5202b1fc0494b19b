import { cutText } from "#kernel/characters.ts";
import { type Expr, filter, literal, NotConvertible, word } from "../expr.ts";
import { type NodeContext, passes, type ReadNode } from "./context.ts";

/** The node that waits for a while or until a time. */
export function waitNode(context: NodeContext): ReadNode {
  const resume = context.choice("resume", "timeInterval");
  const read = context.attempt(context.params?.get("resume"), "resume", (): Expr => {
    if (resume === "specificTime") return context.field("dateTime") ?? word("now");
    if (resume !== "timeInterval") throw new NotConvertible("waits for a call from outside, which no step does");
    const amount = context.field("amount") ?? literal(context.node.version > 1 ? 5 : 1);
    const unit = context.choice("unit", context.node.version > 1 ? "seconds" : "hours");
    return duration(amount, unit);
  });
  return { ...(read ? { step: { ...context.base, does: "wait", for: read } } : {}), output: passes(context) };
}

function duration(amount: Expr, unit: string): Expr {
  const sign = { seconds: "s", minutes: "m", hours: "h", days: "d" }[unit];
  if (sign === undefined) throw new NotConvertible(`counts in '${cutText(unit, 20)}'`);
  return amount.is === "literal" ? literal(`${amount.value}${sign}`) : { is: "join", parts: [amount, literal(sign)] };
}

/** The node that works on dates: a format step. */
export function dateNode(context: NodeContext): ReadNode {
  const { params } = context;
  const name = context.choice("outputFieldName") || context.choice("dataPropertyName") || "date";
  const value = context.field("date") ?? context.field("value") ?? context.field("magnitude") ?? word("now");
  const moved = context.attempt(params?.get("operation") ?? params?.get("action"), "operation", (): Expr => {
    const operation = context.choice("operation") || context.choice("action", "format");
    if (operation === "getCurrentDate") return word("now");
    if (/format/i.test(operation)) return filter(value, "date", formatOf(context));
    if (!/add|subtract|calculate/i.test(operation)) throw new NotConvertible(`works on dates by '${cutText(operation, 40)}'`);
    const unit = context.choice("timeUnit", "days");
    return filter(value, `${/subtract/i.test(operation) ? "minus" : "plus"}_${unit}`, context.field("duration") ?? literal(0));
  });
  params?.ignoreAt("which fields a node has", "includeInputFields");
  if (!moved) return { output: passes(context) };
  return {
    step: { ...context.base, does: "format", values: { [name]: moved } },
    output: { is: "fields", name: context.id, fields: new Set([name]), to: context.place.from },
  };
}

const formatOf = (context: NodeContext): Expr => {
  const format = context.choice("format", "yyyy-MM-dd");
  return format === "custom" ? (context.field("customFormat") ?? literal("yyyy-MM-dd")) : (context.field("toFormat") ?? literal(format));
};
