import type { Filters, MappingSettings } from "./types.ts";
import { dateFilters } from "./filters/dates.ts";
import { listFilters } from "./filters/lists.ts";
import { nameFilters } from "./filters/names.ts";
import { numberFilters } from "./filters/numbers.ts";
import { phoneFilters } from "./filters/phone.ts";
import { ruleFilters } from "./filters/rule.ts";
import { sortFilter } from "./filters/sort.ts";
import { tableFilters } from "./filters/tables.ts";
import { textFilters } from "./filters/text.ts";
import { valueFilters } from "./filters/values.ts";

/** Our filters beside Liquid's own, and ours instead of Liquid's where a flow needs them faster, bounded or with the flow's clock. */
export const createFilters = (settings: MappingSettings): Filters => ({
  ...textFilters,
  ...nameFilters,
  ...numberFilters,
  ...listFilters,
  ...valueFilters,
  ...tableFilters,
  ...phoneFilters(settings),
  ...dateFilters(settings),
  sort: sortFilter(settings),
  ...ruleFilters(settings),
});
