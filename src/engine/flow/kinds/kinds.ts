import { action } from "./action/action.ts";
import { branch } from "./branch/branch.ts";
import { code } from "./code/code.ts";
import { filter } from "./filter/filter.ts";
import { forEach } from "./for-each/for-each.ts";
import { format } from "./format/format.ts";
import type { StepKind } from "./kind.ts";
import type { Step, StepKindName } from "./shapes.ts";
import { stop } from "./stop/stop.ts";
import { sync } from "./sync/sync.ts";
import { StepKinds } from "./table.ts";
import { wait } from "./wait/wait.ts";

const all: { readonly [K in StepKindName]: StepKind<Step<K>> } = { action, filter, branch, forEach, wait, code, format, stop, sync };

/** The kinds of steps that a flow can have. */
export const stepKinds = new StepKinds(all);
