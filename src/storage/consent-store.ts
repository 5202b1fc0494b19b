import type { Selectable } from "kysely";
import type { ConsentLogin, ConsentStore, OpenConsent } from "#vault/types.ts";
import type { Db } from "./database.ts";
import type { Schema } from "./schema.ts";

/** How many one workspace keeps open; whoever begins more than that can finish only the newest. */
const mostOpen = 50;

export function createConsentStore(db: Db): ConsentStore {
  return {
    add: (consent, now) =>
      db.write(async (q) => {
        await q.deleteFrom("consents").where("expires_at", "<=", now).execute();
        await q.insertInto("consents").values(rowOf(consent)).execute();
        const tooMany = await q
          .selectFrom("consents")
          .select("id")
          .where("workspace_id", "=", consent.workspaceId)
          .orderBy("expires_at", "desc")
          .orderBy("id")
          .limit(1000)
          .offset(mostOpen)
          .execute();
        const ids = tooMany.map(({ id }) => id);
        if (ids.length > 0) await q.deleteFrom("consents").where("id", "in", ids).execute();
      }),
    use: (workspaceId, by, id) =>
      db.write(async (q) => {
        const row = await q
          .deleteFrom("consents")
          .where("id", "=", id)
          .where("workspace_id", "=", workspaceId)
          .where("asked_by", "=", by)
          .returningAll()
          .executeTakeFirst();
        return row ? consentOf(row) : null;
      }),
  };
}

const rowOf = (consent: OpenConsent): Selectable<Schema["consents"]> => ({
  id: consent.id,
  workspace_id: consent.workspaceId,
  asked_by: consent.by,
  connection_id: consent.connectionId,
  login: JSON.stringify(consent.login),
  redirect_uri: consent.redirectUri,
  jwe: consent.jwe,
  expires_at: consent.expiresAt,
});

const consentOf = (row: Selectable<Schema["consents"]>): OpenConsent => ({
  id: row.id,
  workspaceId: row.workspace_id,
  by: row.asked_by,
  connectionId: row.connection_id,
  login: JSON.parse(row.login) as ConsentLogin,
  redirectUri: row.redirect_uri,
  jwe: row.jwe,
  expiresAt: Number(row.expires_at),
});
