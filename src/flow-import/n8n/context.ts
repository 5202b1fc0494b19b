import type { Expr } from "../expr.ts";
import { attempt, readField } from "../fields.ts";
import { type Names, titleOf } from "../names.ts";
import type { NeutralStep } from "../neutral.ts";
import type { Output, Outputs } from "../outputs.ts";
import type { CatalogPack } from "../pack.ts";
import type { ExportNode } from "../export-node.ts";
import { type Place, readText } from "./expression.ts";
import type { Graph, N8nNode } from "./graph.ts";

/** One draft that is read from a workflow. */
export interface Reading {
  pack: CatalogPack;
  graph: Graph;
  names: Names;
  outputs: Outputs;
  /** The name of each node here, by its name there. */
  ids: ReadonlyMap<string, string>;
  /** Nodes that are in the draft already. */
  done: Set<string>;
}

/** A node, and where it stands. */
export class NodeContext {
  readonly node: N8nNode;
  readonly id: string;
  readonly place: Place;
  readonly reading: Reading;

  constructor(node: N8nNode, from: string, reading: Reading) {
    this.node = node;
    this.id = reading.ids.get(node.name)!;
    this.place = { from, outputs: reading.outputs };
    this.reading = reading;
  }

  get params(): ExportNode | undefined {
    return this.node.params;
  }

  get base(): Pick<NeutralStep, "id" | "title" | "off" | "notes"> {
    const said = this.node.part.textAt("notes");
    if (said !== "") this.node.part.get("notes")!.converted();
    return {
      id: this.id,
      title: titleOf(this.node.name),
      ...(this.node.off ? { off: true } : {}),
      ...(said === "" ? {} : { notes: [said] }),
    };
  }

  at(field: string): string {
    return `${this.node.name} › ${field}`;
  }

  readonly read = (text: string): Expr => readText(text, this.place);

  /** The value of a parameter; undefined where it has none or it could not be read. */
  field(name: string, ...more: string[]): Expr | undefined {
    const part = this.params?.get(name, ...more);
    return part && readField(part, this.at([name, ...more].join(" › ")), this.read, more.at(-1) ?? name);
  }

  /** A parameter that only chooses what the node does. */
  choice(name: string, usual = ""): string {
    const part = this.params?.get(name);
    if (part?.isObject) {
      part.ignore("how lists showed what was chosen");
      part.get("value")?.converted();
      return part.textAt("value");
    }
    return part?.take() || usual;
  }

  attempt<T>(part: ExportNode | undefined, field: string, read: () => T): T | undefined {
    return attempt(part ?? this.node.part, this.at(field), read);
  }
}

export interface ReadNode {
  step?: NeutralStep;
  output: Output;
}

/** It hands on what came to it. */
export const passes = ({ place }: NodeContext): Output => ({ is: "passes", to: place.from });
export const gives = ({ id }: NodeContext): Output => ({ is: "value", name: id });
