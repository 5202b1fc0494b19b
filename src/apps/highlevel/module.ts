import type { AppModule } from "#catalog/registry.ts";
import type { Operation } from "#catalog/types.ts";
import { highlevel } from "./app.ts";
import { deriveNewer, deriveOperation } from "./derive.ts";
import { equivalents } from "./equivalents.ts";
import { factsIndex, olderId } from "./facts.ts";
import { reconcileReads } from "./judgement/reconcile-reads.ts";
import { subAccountReads } from "./judgement/sub-accounts.ts";
import { newerOperation } from "./newer.ts";
import { recipes } from "./recipes/index.ts";

/** HighLevel with its code: recipes, and each endpoint under its facts key (`contacts/create-contact`) and in the newer API (`contacts.create@v3`). */
export const highlevelModule: AppModule = {
  app: highlevel,
  recipes,
  hidden: [...reconcileReads, ...subAccountReads],
  derive,
  derivable: () => factsIndex().map(({ key }) => key),
  equivalents,
};

function derive(id: string, listed: (id: string) => Operation | undefined): Operation | undefined {
  const older = olderId(id);
  if (older === undefined) return id.includes("/") ? deriveOperation(id) : undefined;
  const judged = listed(older);
  return judged ? newerOperation(judged) : deriveNewer(id);
}
