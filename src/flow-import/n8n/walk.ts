import { type Expr, ref, NotConvertible } from "../expr.ts";
import { attempt } from "../fields.ts";
import type { NeutralStep } from "../neutral.ts";
import { type Output, type Path, without } from "../outputs.ts";
import { type Case, casesOfIf, casesOfSwitch, conditionOf } from "./cases.ts";
import { NodeContext, passes, type Reading } from "./context.ts";
import { joinOf, type N8nNode } from "./graph.ts";
import { givesMany, readNode } from "./nodes.ts";

/** Follows the ways of a workflow, and makes lists of steps of them. */

interface Way {
  /** The node whose items come in. */
  from: string;
  /** Nodes before which the way ends. */
  stops: ReadonlySet<string>;
  /** A filter may end the whole run: nothing else happens beside this way or after it. */
  main: boolean;
}

interface Walked {
  steps: NeutralStep[];
  /** The last node. */
  tail: string;
}

/** The steps from a node on. */
export function walk(reading: Reading, start: string | undefined, way: Way): Walked {
  if (start === undefined || way.stops.has(start)) return { steps: [], tail: way.from };
  const node = reading.graph.nodes.get(start)!;
  if (reading.done.has(start)) return { steps: goesBack(node, way), tail: way.from };
  reading.done.add(start);
  const context = new NodeContext(node, way.from, reading);
  for (const member of ["name", "type", "disabled"]) node.part.get(member)?.converted();
  if (node.type === "if" || node.type === "switch") return branches(context, way);
  if (node.type === "filter") return filtered(context, way);
  if (node.type === "splitInBatches") return loop(context, way, ref("trigger"));
  if (node.type === "splitOut" || (node.type === "itemLists" && /split/i.test(node.params?.textAt("operation") ?? "")))
    return items(context, way);
  return plain(context, way);
}

/** The way leads to a node that the flow has already: back, or to where another way led before. */
function goesBack({ part, name }: N8nNode, { from }: Way): NeutralStep[] {
  part.get("name")?.check({
    at: from,
    why: `it also leads on to '${name}', which the flow has already, and a step is in one place only`,
    todo: `copy '${name}' and what follows it to the end of this way, or use a loop`,
  });
  return [];
}

function plain(context: NodeContext, way: Way): Walked {
  const { node, reading } = context;
  const { step, output } = readNode(context);
  const steps = step ? [step] : [];
  if (givesMany(context) && !node.off) return listOf(context, way, steps);
  reading.outputs.set(node.name, node.off ? passes(context) : output);
  const rest = following(node, way, reading);
  return { steps: [...steps, ...rest.steps], tail: rest.tail };
}

const goesOnAfterError = ({ part }: N8nNode) => part.textAt("onError") === "continueErrorOutput";

const afterError = (target: string) => ({
  why: `after an error it led on to '${target}' alone; where the step goes on after an error here, the steps that follow it run as well`,
  todo: `put the steps that follow it into a branch that looks at its error, and '${target}' into the other way of that branch`,
});

const furtherOutput = (target: string) => ({
  why: `a further output of it led on to '${target}', and a step has one output`,
  todo: `add a branch for '${target}' and what follows it`,
});

/** What follows a node: one way, or several one after another. */
export function following(node: N8nNode, way: Way, reading: Reading): Walked {
  const [first = [], ...others] = node.outs;
  for (const target of others.flat())
    node.part.get("name")?.check({
      at: node.name,
      ...(goesOnAfterError(node) ? afterError(target) : furtherOutput(target)),
    });
  const [only, ...more] = first;
  const next = { ...way, from: node.name };
  return more.length === 0
    ? walk(reading, only, next)
    : fanOut(
        node.name,
        first.map((target) => [target]),
        next,
        reading,
      );
}

/** Ways that are followed one after the other, and what comes where they meet again. */
function fanOut(name: string, ways: readonly (readonly string[])[], way: Way, reading: Reading): Walked {
  const join = joinOf(reading.graph, ways, way.stops);
  const stops = join === undefined ? way.stops : new Set([...way.stops, join]);
  const walked = ways.map(([target]) => walk(reading, target, { from: name, stops, main: false }));
  const after = walk(reading, join, { ...way, from: meeting(name, walked, reading, false) });
  return { steps: [...walked.flatMap(({ steps }) => steps), ...after.steps], tail: after.tail };
}

/** Under which name to read what comes where ways meet: of steps in a branch nothing can be read after it. */
function meeting(name: string, ways: readonly Walked[], reading: Reading, inBranches: boolean): string {
  const changed = ways.some(({ tail }) => rootOf(tail, reading) !== rootOf(name, reading));
  if (!changed) return name;
  const key = `${name}\u0000after`;
  const last = ways.map(({ tail }) => tail).findLast((tail) => tail !== name);
  const gone: Output = { is: "gone", why: "reads what one of several ways gave, and steps in a branch cannot be read after it" };
  reading.outputs.set(key, inBranches || last === undefined ? gone : { is: "passes", to: last });
  return key;
}

/** The step whose values a node hands on. */
function rootOf(name: string, { outputs }: Reading): string {
  try {
    const read = outputs.read(name, []);
    return read.is === "ref" ? read.name : name;
  } catch (thrown) {
    if (thrown instanceof NotConvertible) return name;
    throw thrown;
  }
}

// ---------------------------------------------------------------- conditions

function filtered(context: NodeContext, way: Way): Walked {
  const { node, reading } = context;
  const holds = conditionOf(context);
  reading.outputs.set(node.name, passes(context));
  const rest = following({ ...node, outs: node.outs.slice(0, 1) }, { ...way, main: way.main }, reading);
  if (way.main) return { steps: [{ ...context.base, does: "filter", if: holds }, ...rest.steps], tail: rest.tail };
  return { steps: [{ ...context.base, does: "branch", if: holds, yes: rest.steps }], tail: rest.tail };
}

function branches(context: NodeContext, way: Way): Walked {
  const { node, reading } = context;
  reading.outputs.set(node.name, passes(context));
  const cases = node.type === "if" ? casesOfIf(context) : casesOfSwitch(context);
  const join = joinOf(
    reading.graph,
    node.outs.filter((out) => out.length > 0),
    way.stops,
  );
  const stops = join === undefined ? way.stops : new Set([...way.stops, join]);
  const inner: Way = { from: node.name, stops, main: false };
  const walked = cases.map(({ out }) =>
    fanOut(
      node.name,
      (node.outs[out] ?? []).map((target) => [target]),
      inner,
      reading,
    ),
  );
  const step = nested(context, cases, walked);
  const after = walk(reading, join, { ...way, from: meeting(node.name, walked, reading, true) });
  return { steps: [...(step ? [step] : []), ...after.steps], tail: after.tail };
}

/** Cases as branches within each other: the first that holds counts. */
function nested(context: NodeContext, cases: readonly Case[], walked: readonly Walked[]): NeutralStep | undefined {
  const last = cases.length - 1;
  let otherwise: NeutralStep[] = cases[last]?.if === undefined ? (walked[last]?.steps ?? []) : [];
  const conditional = cases[last]?.if === undefined ? cases.slice(0, -1) : cases;
  for (let i = conditional.length - 1; i >= 0; i--) {
    const id = i === 0 ? context.id : context.reading.names.of(`${context.id}_${i + 1}`);
    const own = i === 0 ? context.base : { id };
    const branch: NeutralStep = {
      ...own,
      does: "branch",
      if: conditional[i]!.if ?? null,
      yes: walked[i]!.steps,
      ...(otherwise.length > 0 ? { no: otherwise } : {}),
    };
    otherwise = [branch];
  }
  return otherwise[0];
}

// ---------------------------------------------------------------- loops

/** A node that gives several records: what follows is done for each of them. */
function listOf(context: NodeContext, way: Way, steps: NeutralStep[]): Walked {
  const { reading, node } = context;
  const looped = each(context, way, ref(context.id), reading.names.of(`each_${context.id}`), (path) => path);
  reading.outputs.set(node.name, { is: "value", name: looped.as });
  const { step, after } = looped.walk();
  return { steps: [...steps, step, ...after.steps], tail: after.tail };
}

/** Takes a list apart: what follows is done for each item. */
function items(context: NodeContext, way: Way): Walked {
  const { params, node, reading } = context;
  const field = params?.get("fieldToSplitOut");
  const names = (field?.text ?? "").replace(/^=/, "").split(".").filter(Boolean);
  params?.ignoreAt("which fields a node has", "include", "options");
  params?.get("operation")?.converted();
  const list = attempt(field ?? node.part, context.at("fieldToSplitOut"), () => reading.outputs.read(way.from, names)) ?? ref("trigger");
  const looped = each(context, way, list, context.id, without(names, names.slice(-1)));
  const { step, after } = looped.walk();
  return { steps: [step, ...after.steps], tail: after.tail };
}

/** A loop over what comes in: one output is the loop, the other goes on after it. */
function loop(context: NodeContext, way: Way, otherwise: Expr): Walked {
  const { node, reading, params } = context;
  const [body, done] = node.version >= 3 ? [1, 0] : [0, 1];
  params?.ignoreAt("how many items a loop takes at once", "batchSize", "options");
  const list = attempt(node.part.get("type") ?? node.part, node.name, () => reading.outputs.read(way.from, [])) ?? otherwise;
  const as = reading.names.item();
  reading.outputs.set(node.name, { is: "value", name: as });
  const stops = new Set([...way.stops, node.name]);
  const inner = fanOut(
    node.name,
    (node.outs[body] ?? []).map((target) => [target]),
    { from: node.name, stops, main: false },
    reading,
  );
  const step: NeutralStep = { ...context.base, does: "forEach", list, as, steps: inner.steps };
  const after = afterLoop(node, way, done, reading);
  return { steps: [step, ...after.steps], tail: after.tail };
}

function afterLoop(node: N8nNode, way: Way, done: number, reading: Reading): Walked {
  const key = `${node.name}\u0000after`;
  reading.outputs.set(key, { is: "passes", to: way.from });
  return fanOut(
    key,
    (node.outs[done] ?? []).map((target) => [target]),
    { ...way, from: key },
    reading,
  );
}

/** What is done for each item of a list. A loop node right after it is that same loop. */
function each(context: NodeContext, way: Way, list: Expr, id: string, read: (path: Path) => Path) {
  const { node, reading } = context;
  const as = reading.names.item();
  reading.outputs.set(node.name, { is: "value", name: as, read });
  const base = id === context.id ? context.base : { id };
  const next = node.outs[0]?.length === 1 ? reading.graph.nodes.get(node.outs[0][0]!) : undefined;
  const walkIt = (): { step: NeutralStep; after: Walked } => {
    if (next?.type === "splitInBatches" && !reading.done.has(next.name)) return batched(context, way, next, { base, list, as });
    const inner = following({ ...node, outs: node.outs.slice(0, 1) }, { ...way, main: false }, reading);
    return { step: { ...base, does: "forEach", list, as, steps: inner.steps }, after: { steps: [], tail: way.from } };
  };
  return { as, walk: walkIt };
}

function batched(
  context: NodeContext,
  way: Way,
  next: N8nNode,
  { base, list, as }: { base: Pick<NeutralStep, "id" | "title" | "off" | "notes">; list: Expr; as: string },
) {
  const { node, reading } = context;
  reading.done.add(next.name);
  for (const member of ["name", "type"]) next.part.get(member)?.converted();
  next.params?.ignoreAt("how many items a loop takes at once", "batchSize", "options");
  reading.outputs.set(next.name, { is: "passes", to: node.name });
  const [body, done] = next.version >= 3 ? [1, 0] : [0, 1];
  const stops = new Set([...way.stops, next.name]);
  const inner = fanOut(
    next.name,
    (next.outs[body] ?? []).map((target) => [target]),
    { from: next.name, stops, main: false },
    reading,
  );
  const step: NeutralStep = { ...base, does: "forEach", list, as, steps: inner.steps };
  return { step, after: afterLoop(next, way, done, reading) };
}
