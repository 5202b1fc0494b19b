import { ArrowLeftRight, TriangleAlert, type LucideIcon } from "lucide-react";
import type { CatalogEntry, StepDefinition, StepKindName } from "#api/schemas.ts";
import type { Offer } from "../kinds/card.ts";
import { cards } from "../kinds/cards.ts";

/** A step that is no operation of an app. */
export interface Block extends Offer {
  kind: Exclude<StepKindName, "action" | "sync">;
}

/** Syncs write their steps themselves. */
const { action: _, sync: __, ...others } = cards;

/** All of them, in the order in which they are offered. */
export const blocks: readonly Block[] = (Object.keys(others) as Block["kind"][]).map((kind) => ({ kind, ...others[kind].offer }));

/** The sign of a kind of step; that of an action is its app's. One that nobody knows has a warning. */
export const iconOf = (kind: StepKindName | null): LucideIcon =>
  kind === "sync" ? ArrowLeftRight : (blocks.find((block) => block.kind === kind)?.icon ?? TriangleAlert);

/** What the picker offers: a block, an operation, or the step that was copied, by what it is called. */
/** `unconnected`: nobody is logged in to the app of the entry. */
export type Choice = { block: Block } | { entry: CatalogEntry; unconnected: boolean } | { pasted: StepDefinition; title: string };
