import type { Json } from "#kernel/json.ts";
import { carried, sourceOf, type CompiledSync, type Row } from "./compile.ts";
import { isSetKind, readValue, sameValue } from "./values.ts";
import { templateProblem, valueOf } from "./merge.ts";
import { without } from "./sets.ts";
import type { FieldPair, Side } from "./format.ts";
import { otherSide, sides } from "./sides.ts";
import type { SideRecord } from "./types.ts";

/** What both sides of a pair say, row by row. */
export interface RowValues {
  /** The key of the row. */
  field: string;
  labelA: string;
  labelB: string;
  a: Json;
  b: Json;
  way: FieldPair["way"];
  /** They are not in step: an edited target of a one-way row, or a conflict. */
  differs: boolean;
}

/** What a page shows of a pair. A side without a record has no values, and nothing differs then. */
export function rowValues(sync: CompiledSync, records: Record<Side, SideRecord | null>): RowValues[] {
  const { a, b } = records;
  return sync.rows.map((row) => ({
    field: row.key,
    labelA: row.a.label,
    labelB: row.b.label,
    a: a && readValue(row.a, a.record),
    b: b && readValue(row.b, b.record),
    way: row.way,
    differs: a !== null && b !== null && !isInStep(sync, row, { a, b }),
  }));
}

function isInStep(sync: CompiledSync, row: Row, records: Record<Side, SideRecord>): boolean {
  try {
    const source = sourceOf(row);
    return source === null ? agree(sync, row, records) : hasAll(sync, row, source, records);
  } catch (thrown) {
    templateProblem(thrown);
    return false;
  }
}

/** Whether the target of a one-way row has what its source says; of a list it may have more. */
function hasAll({ settings }: CompiledSync, row: Row, source: Side, records: Record<Side, SideRecord>): boolean {
  const target = otherSide(source);
  const [value, there] = [valueOf(row, source, records[source].record), readValue(row[target], records[target].record)];
  return isSetKind(row.kind) ? without(value, there).length === 0 : sameValue(row.kind, value, there, settings);
}

/** Whether one of the two is what the other becomes. */
const agree = ({ settings }: CompiledSync, row: Row, records: Record<Side, SideRecord>): boolean =>
  sides.some((from) => {
    const { record } = records[from];
    const made = carried(row, from, readValue(row[from], record), record);
    return sameValue(row.kind, made, readValue(row[otherSide(from)], records[otherSide(from)].record), settings);
  });
