import { withoutSecrets } from "../secrets.ts";
import { gives, type NodeContext, type ReadNode } from "./context.ts";
import { NotConvertible } from "../expr.ts";
import { value } from "../liquid.ts";

/** Code nodes: the same JavaScript, between lines that give it what it reads there and take what it gives. */

const longestCode = 20_000;
const unknown =
  /\b(?:require|fetch|process|Buffer|setTimeout|XMLHttpRequest)\s*[(.]|\bthis\.|\$(?:getWorkflowStaticData|jmespath|now|today|env|vars|binary|evaluateExpression)\b|\bDateTime\b|\bimport\s/;

export function readCode(context: NodeContext): ReadNode {
  const { params } = context;
  const part = params?.either("jsCode", "functionCode", "pythonCode");
  const source = part?.text ?? "";
  const isPython = params?.textAt("language").startsWith("python") === true || part === params?.get("pythonCode");
  params?.ignoreAt("how often code is called", "mode", "language");
  if (!part) return { output: gives(context) };
  const clean = withoutSecrets(source);
  const adapted = isPython ? undefined : adapt(clean, context);
  const why = whyNot(clean, source, isPython, adapted);
  if (why === undefined) part.converted();
  else
    part.check({
      at: context.at("code"),
      why,
      todo: "rewrite the script in the step, try it there, and switch the step on",
      secret: clean !== source,
    });
  const step = {
    ...context.base,
    does: "code" as const,
    code: why === undefined || adapted !== undefined ? (adapted ?? "") : commented(clean),
  };
  return {
    step: why === undefined ? step : { ...step, off: true, notes: [...(step.notes ?? []), `Switched off: ${why}.`] },
    output: gives(context),
  };
}

function whyNot(clean: string, source: string, isPython: boolean, adapted: string | undefined): string | undefined {
  if (clean !== source) return "it has a secret in it, which was taken out";
  if (isPython) return "it is Python, and scripts here are JavaScript";
  if (unknown.test(source)) return "it calls something that scripts do not have here";
  return adapted === undefined ? "it is too long, or reads nodes in a way that is not understood" : undefined;
}

/** Only as a reminder: a script that does nothing. */
const commented = (source: string): string => {
  const lines = source.slice(0, longestCode - 2000).split("\n");
  return `${lines
    .map((line) => `// ${line}`)
    .join("\n")
    .slice(0, longestCode - 100)}\nreturn {};`;
};

/** The script with what it reads. Undefined where it would be too long, or names a node that is not before it. */
function adapt(source: string, context: NodeContext): string | undefined {
  try {
    const { place, node } = context;
    const come = value(place.outputs.read(place.from, []));
    const others = [
      ...source.matchAll(/\$(?:items)?\(\s*(?:'([^'\n]{1,200})'|"([^"\n]{1,200})")\s*\)|\$node\[\s*["']([^"'\n]{1,200})["']\s*\]/g),
    ].map((found) => found[1] ?? found[2] ?? found[3]!);
    const nodes = [...new Set(others)].map((name) => `${JSON.stringify(name)}: ${value(place.outputs.read(name, []))}`);
    const each = node.type === "functionItem" ? "const item = $json;\n" : "";
    const adapted = `${opening(come, nodes)}const given = await (async () => {\n${each}${source}\n})();\n${closing}`;
    return adapted.length <= longestCode && isPlain(come) ? adapted : undefined;
  } catch (thrown) {
    if (thrown instanceof NotConvertible) return undefined;
    throw thrown;
  }
}

const isPlain = (path: string): boolean => /^[A-Za-z_][\w.[\]'"]*$/.test(path);

const opening = (come: string, nodes: readonly string[]): string =>
  `const $json = ${come};\nconst items = [{ json: $json }];\nconst asItem = (json) => ({ item: { json }, first: () => ({ json }), last: () => ({ json }), all: () => [{ json }], json });\nconst $input = asItem($json);\nconst nodes = { ${nodes.join(", ")} };\nconst $ = (name) => asItem(nodes[name]);\nconst $items = (name) => [{ json: nodes[name] ?? $json }];\nconst $node = Object.fromEntries(Object.entries(nodes).map(([name, json]) => [name, { json }]));\n`;

const closing = `const unwrap = (one) => (one && one.json !== undefined ? one.json : one);
if (!Array.isArray(given)) return unwrap(given) ?? {};
return given.length === 1 ? unwrap(given[0]) : given.map(unwrap);`;
