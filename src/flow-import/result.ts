import type { FlowDefinition } from "#engine/flow/format.ts";
import type { ForeignTool } from "#catalog/equivalents.ts";
import type { Counts, ReportLine } from "./report.ts";

/** What was read out of one flow of another tool. */
export interface ImportedFlow {
  name: string;
  /** One for each trigger that it had. */
  drafts: FlowDefinition[];
  counts: Counts;
  /** What a person has to do. */
  todo: ReportLine[];
  /** What was ignored and needs nothing. */
  ignored: ReportLine[];
  /** Why no draft could be made of it. */
  refused?: string;
}

export interface Imported {
  tool: ForeignTool;
  flows: ImportedFlow[];
  /** Of the whole file. */
  counts: Counts;
}
