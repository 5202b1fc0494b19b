import { oneOf, text } from "../../lib/search.ts";

/** What of an app is open. `op`, `trigger`: by its id. */
export interface AppSearch {
  tab?: "app" | "operations" | "triggers" | "json" | "versions" | "import" | undefined;
  op?: string | undefined;
  trigger?: string | undefined;
}

export const readAppSearch = (search: Record<string, unknown>): AppSearch => ({
  tab: oneOf(search["tab"], ["app", "operations", "triggers", "json", "versions", "import"]),
  op: text(search["op"]),
  trigger: text(search["trigger"]),
});

/** How a new app is made. */
export interface NewAppSearch {
  by?: "request" | "document" | "hand" | undefined;
}

export const readNewAppSearch = (search: Record<string, unknown>): NewAppSearch => ({
  by: oneOf(search["by"], ["request", "document", "hand"]),
});
