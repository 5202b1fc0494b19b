import type { Recipe } from "#catalog/types.ts";
import { addTagsBulk, removeTagsBulk } from "./bulk-tags.ts";
import { findContact } from "./find.ts";
import { guardedUpsert } from "./guarded-upsert.ts";

export const recipes: readonly Recipe[] = [findContact, guardedUpsert, addTagsBulk, removeTagsBulk];
