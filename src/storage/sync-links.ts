import { sql, type ExpressionBuilder, type Kysely, type Selectable } from "kysely";
import type { LinkPage, SyncStore } from "#sync/store.ts";
import type { Agreed, Conflict, Link, Side } from "#sync/types.ts";
import type { Db } from "./database.ts";
import type { Schema } from "./schema.ts";

type Links = Pick<SyncStore, "linkOf" | "link" | "putLink" | "addLinks" | "removeLink" | "links" | "counts" | "countGone">;

/** Which records belong together. */
export function syncLinks(db: Db): Links {
  return { ...linkReads(db), ...linkChanges(db), ...linkCounts(db) };
}

function linkReads(db: Db): Pick<Links, "linkOf" | "link" | "links"> {
  return {
    async linkOf(syncId, side, recordId) {
      const row = await db.q
        .selectFrom("sync_links as l")
        .innerJoin("sync_link_ids as i", "i.link_id", "l.id")
        .selectAll("l")
        .where("i.sync_id", "=", syncId)
        .where("i.side", "=", side)
        .where("i.record_id", "=", recordId)
        .executeTakeFirst();
      return row ? linkOf(row) : null;
    },
    async link(syncId, id) {
      const row = await db.q.selectFrom("sync_links").selectAll().where("id", "=", id).where("sync_id", "=", syncId).executeTakeFirst();
      return row ? linkOf(row) : null;
    },
    async links(syncId, { show, words = "", after, limit }) {
      let query = db.q.selectFrom("sync_links").selectAll().where("sync_id", "=", syncId);
      if (show !== "all") query = query.where(shown[show]);
      if (words.trim() !== "") query = query.where((e) => hasWords(e, words));
      if (after !== undefined) query = query.where("id", ">", after);
      const rows = await query
        .orderBy("id")
        .limit(limit + 1)
        .execute();
      const page = rows.slice(0, limit).map(linkOf);
      return { links: page, next: rows.length > limit ? page.at(-1)!.id : null };
    },
  };
}

type LinkExpression = ExpressionBuilder<Schema, "sync_links">;

const shown = {
  conflicts: (e: LinkExpression) => e("conflict_count", ">", 0),
  problems: (e: LinkExpression) => e("problem", "is not", null),
  waiting: (e: LinkExpression) => e.and([e("ignored", "=", 0), e.or([e("a", "is", null), e("b", "is", null)])]),
  ignored: (e: LinkExpression) => e("ignored", "=", 1),
} satisfies Record<Exclude<LinkPage["show"], "all">, unknown>;

/** Whether one of its records is called so, or has this id. */
function hasWords(e: LinkExpression, words: string) {
  const pattern = `%${words
    .trim()
    .toLowerCase()
    .replace(/[\\%_]/g, (char) => `\\${char}`)}%`;
  const named = e
    .selectFrom("sync_rows as r")
    .select("r.record_id")
    .whereRef("r.sync_id", "=", "sync_links.sync_id")
    .where("r.search", "like", sql<string>`${pattern} escape '\\'`)
    .where((r) =>
      r.or([
        r.and([r("r.side", "=", "a"), r("r.record_id", "=", r.ref("sync_links.a"))]),
        r.and([r("r.side", "=", "b"), r("r.record_id", "=", r.ref("sync_links.b"))]),
      ]),
    );
  return e.or([e("a", "=", words.trim()), e("b", "=", words.trim()), e.exists(named)]);
}

function linkChanges(db: Db): Pick<Links, "putLink" | "addLinks" | "removeLink"> {
  return {
    putLink: (link) =>
      db.write(async (q) => {
        const taken = await takenIds(q, link);
        if (taken) return false;
        const row = { ...linkRow(link), revision: link.revision + 1 };
        if (link.revision === 0) {
          const { numInsertedOrUpdatedRows } = await q
            .insertInto("sync_links")
            .values(row)
            .onConflict((c) => c.column("id").doNothing())
            .executeTakeFirst();
          if (!numInsertedOrUpdatedRows) return false;
        } else {
          const { numUpdatedRows } = await q
            .updateTable("sync_links")
            .set(row)
            .where("id", "=", link.id)
            .where("revision", "=", link.revision)
            .executeTakeFirst();
          if (numUpdatedRows === 0n) return false;
        }
        await q.deleteFrom("sync_link_ids").where("link_id", "=", link.id).execute();
        await addIds(q, link);
        return true;
      }),
    addLinks: (links) =>
      db.write(async (q) => {
        let added = 0;
        for (const link of links) {
          if (await takenIds(q, link)) continue;
          await q
            .insertInto("sync_links")
            .values({ ...linkRow(link), revision: 1 })
            .execute();
          await addIds(q, link);
          added++;
        }
        return added;
      }),
    removeLink: (syncId, id) =>
      db.write(async (q) => {
        const { numDeletedRows } = await q.deleteFrom("sync_links").where("id", "=", id).where("sync_id", "=", syncId).executeTakeFirst();
        if (numDeletedRows > 0n) await q.deleteFrom("sync_link_ids").where("link_id", "=", id).execute();
      }),
  };
}

/** Whether one of the ids that the pair has now is in another one. */
async function takenIds(q: Kysely<Schema>, { id, syncId, a, b }: Link): Promise<boolean> {
  for (const [side, record] of [["a", a] as const, ["b", b] as const]) {
    if (record === null) continue;
    const row = await q
      .selectFrom("sync_link_ids")
      .select("link_id")
      .where("sync_id", "=", syncId)
      .where("side", "=", side)
      .where("record_id", "=", record)
      .where("link_id", "!=", id)
      .executeTakeFirst();
    if (row) return true;
  }
  return false;
}

async function addIds(q: Kysely<Schema>, { id, syncId, a, b, was }: Link): Promise<void> {
  const of = (side: Side, ids: readonly (string | null)[]) =>
    ids.filter((record) => record !== null).map((record) => ({ sync_id: syncId, side, record_id: record, link_id: id }));
  const rows = [...of("a", [a, ...was.a]), ...of("b", [b, ...was.b])];
  if (rows.length === 0) return;
  await q
    .insertInto("sync_link_ids")
    .values(rows)
    .onConflict((c) => c.columns(["sync_id", "side", "record_id"]).doNothing())
    .execute();
}

function linkCounts(db: Db): Pick<Links, "counts" | "countGone"> {
  return {
    async counts(syncId) {
      const own = () =>
        db.q
          .selectFrom("sync_links")
          .select((e) => e.fn.countAll().as("n"))
          .where("sync_id", "=", syncId);
      const numberIn = async (query: ReturnType<typeof own>) => Number((await query.executeTakeFirstOrThrow()).n);
      const newest = await db.q
        .selectFrom("sync_writes")
        .select((e) => e.fn.max("at").as("at"))
        .where("sync_id", "=", syncId)
        .executeTakeFirstOrThrow();
      return {
        linked: await numberIn(own().where("a", "is not", null).where("b", "is not", null)),
        conflicts: await numberIn(own().where(shown.conflicts)),
        problems: await numberIn(own().where(shown.problems)),
        waiting: await numberIn(own().where(shown.waiting)),
        ignored: await numberIn(own().where(shown.ignored)),
        lastChangeAt: (newest.at as number | null) === null ? null : Number(newest.at),
      };
    },
    async countGone(syncId, side, since) {
      const row = await db.q
        .selectFrom("sync_links")
        .select((e) => e.fn.countAll().as("n"))
        .where("sync_id", "=", syncId)
        .where("gone_side", "=", side)
        .where("gone_at", ">=", since)
        .executeTakeFirstOrThrow();
      return Number(row.n);
    },
  };
}

const linkRow = (link: Link): Selectable<Schema["sync_links"]> => ({
  id: link.id,
  sync_id: link.syncId,
  a: link.a,
  b: link.b,
  was: JSON.stringify(link.was),
  agreed: JSON.stringify(link.agreed),
  gone_side: link.gone?.side ?? null,
  gone_at: link.gone?.at ?? null,
  conflicts: JSON.stringify(link.conflicts),
  conflict_count: link.conflicts.length,
  problem: link.problem,
  ignored: link.ignored ? 1 : 0,
  revision: link.revision,
  hops: link.hops,
  updated_at: link.updatedAt,
});

const linkOf = (row: Selectable<Schema["sync_links"]>): Link => ({
  id: row.id,
  syncId: row.sync_id,
  a: row.a,
  b: row.b,
  was: JSON.parse(row.was) as Link["was"],
  agreed: JSON.parse(row.agreed) as Agreed,
  gone: row.gone_at === null ? null : { side: row.gone_side as Side, at: Number(row.gone_at) },
  conflicts: JSON.parse(row.conflicts) as Conflict[],
  problem: row.problem,
  ignored: row.ignored === 1,
  revision: row.revision,
  hops: row.hops,
  updatedAt: Number(row.updated_at),
});
