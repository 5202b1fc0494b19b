import type { AppDefinition } from "#api/schemas.ts";
import type { App, Operation, WebhookTrigger } from "#catalog/types.ts";

/** An app as the catalog has it, from the definition a workspace wrote. */
export function ownApp(id: string, { operations, triggers, title, baseUrl = "", ...rest }: AppDefinition): App {
  return {
    ...rest,
    id,
    title,
    baseUrl,
    operations: operations.map((operation): Operation => {
      const { category = title, effect } = operation;
      return { ...operation, app: id, category, kind: effect === "read" ? "trigger" : "action", access: [] };
    }),
    triggers: triggers.map((trigger): WebhookTrigger => ({ ...trigger, app: id, kind: "webhook" })),
  };
}
