import type { ExportNode } from "../export-node.ts";

/** The nodes of a workflow and how they are joined. */
export interface N8nNode {
  name: string;
  /** Its type without the package: `httpRequest`. */
  type: string;
  version: number;
  part: ExportNode;
  params: ExportNode | undefined;
  off: boolean;
  /** What follows, by output. */
  outs: string[][];
}

export interface Graph {
  nodes: ReadonlyMap<string, N8nNode>;
  /** Nodes that nothing leads to. */
  starts: string[];
}

export function graphOf(workflow: ExportNode): Graph {
  const nodes = new Map<string, N8nNode>();
  for (const part of workflow.get("nodes")?.items() ?? []) {
    const name = part.textAt("name");
    if (name === "" || nodes.has(name)) part.check(unnamed(name));
    else nodes.set(name, nodeOf(name, part));
  }
  const reached = new Set<string>();
  for (const [from, outputs] of workflow.get("connections")?.entries() ?? []) connect(nodes, String(from), outputs, reached);
  return { nodes, starts: [...nodes.keys()].filter((name) => !reached.has(name)) };
}

const unnamed = (name: string) => ({
  at: name || "A node without a name",
  why: name === "" ? "it has no name, so nothing can refer to it" : "another node has the same name",
  todo: "build the step by hand, if the flow needs it",
});

function nodeOf(name: string, part: ExportNode): N8nNode {
  const version = part.get("typeVersion")?.value;
  return {
    name,
    type: part.textAt("type").replace(/^.*[./]/, ""),
    version: typeof version === "number" ? version : 1,
    part,
    params: part.get("parameters"),
    off: part.get("disabled")?.value === true,
    outs: [],
  };
}

function connect(nodes: ReadonlyMap<string, N8nNode>, from: string, outputs: ExportNode, reached: Set<string>): void {
  const node = nodes.get(from);
  for (const [kind, ports] of outputs.entries()) {
    if (kind !== "main" || !node) {
      outputs.get(kind)?.check({
        at: from,
        why: node ? "it hands a tool, a memory or a model to an AI node" : "it leads on from a node that is not in the file",
        todo: "look at what the two nodes did together, and build it by hand",
      });
      continue;
    }
    node.outs = ports.items().map((port) => targetsOf(nodes, port, reached));
  }
}

function targetsOf(nodes: ReadonlyMap<string, N8nNode>, port: ExportNode, reached: Set<string>): string[] {
  return port.items().flatMap((end) => {
    const name = end.textAt("node");
    if (!nodes.has(name)) return [];
    end.converted();
    reached.add(name);
    return [name];
  });
}

/** All nodes that can be reached from one, nearest first. */
export function reach({ nodes }: Graph, start: string): string[] {
  const seen = new Set([start]);
  for (const name of seen) for (const next of nodes.get(name)?.outs.flat() ?? []) seen.add(next);
  return [...seen];
}

/** Where ways that part come together again: the node that most of them reach, and of those the nearest. */
export function joinOf(graph: Graph, ways: readonly (readonly string[])[], stops: ReadonlySet<string>): string | undefined {
  const reached = ways.map((starts) => new Set(starts.flatMap((start) => reach(graph, start))));
  let found: { name: string; ways: number } | undefined;
  for (const way of reached)
    for (const name of way) {
      const count = reached.filter((other) => other.has(name)).length;
      if (count > 1 && count > (found?.ways ?? 0)) found = { name, ways: count };
    }
  return found && !stops.has(found.name) ? found.name : undefined;
}
