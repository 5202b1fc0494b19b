import type { Insertable, Kysely, Selectable, Transaction } from "kysely";
import { emailKey } from "#kernel/email.ts";
import type { Role } from "#kernel/roles.ts";
import { ChangeLog, type Note } from "./changes.ts";
import type { Db } from "./database.ts";
import type { Schema } from "./schema.ts";

/** A person who can sign in. */
export interface Account {
  id: string;
  email: string;
  name: string;
  /** Argon2id; null for one who signs in another way. */
  passwordHash: string | null;
  /** The sealed secret of the second factor; null without one. */
  totpJwe: string | null;
  /** The step of the last code that was used: no code counts twice. */
  totpStep: number | null;
  createdAt: number;
}

/** What a person is in a workspace. */
export interface Member {
  workspaceId: string;
  accountId: string;
  role: Role;
  /** The one sub-account that a client sees. */
  locationId: string | null;
  createdAt: number;
}

/** An invitation that was not accepted yet. */
export interface Invitation {
  id: string;
  workspaceId: string;
  email: string;
  role: Role;
  locationId: string | null;
  /** SHA-256 of the link's token. */
  hash: string;
  invitedBy: string;
  createdAt: number;
  expiresAt: number;
}

/** What a device keeps for a person (WebAuthn), as far as it is needed to recognise it. */
export interface Passkey {
  id: string;
  accountId: string;
  /** COSE, in base64url. */
  publicKey: string;
  counter: number;
  transports: readonly string[];
  name: string;
  createdAt: number;
  usedAt: number | null;
}

/** What a token of a person's is for. */
export type AccountTokenKind = "reset" | "passkey" | "single_sign_on";

/** A secret that works once: of a reset link, a passkey challenge or a single sign-on. */
export interface AccountToken {
  hash: string;
  kind: AccountTokenKind;
  /** Null where it is not known yet who signs in. */
  accountId: string | null;
  data: string;
  expiresAt: number;
}

/** A fault of a change of members that the store alone can see. */
export type MemberFault = "no member" | "last owner";

/** From where a workspace may be used. Workspaces without a list may be used from anywhere. */
export interface AllowedAddresses {
  workspaceId: string;
  addresses: readonly string[];
}

/** Where accounts, members and invitations rest. */
export interface AccountStore {
  /** Accounts and members of every workspace: whoever signs in says which one it is. */
  all(): Promise<{ accounts: Account[]; members: Member[]; allowed: AllowedAddresses[] }>;
  /** Adds an account that is the first owner of a workspace; false if it has members already, or the address is taken. */
  addOwner(account: Account, member: Member): Promise<boolean>;
  /**
   * Uses an invitation up and makes its member, with a new account or that of `accountId`; whoever is a member already stays what they
   * are. Null: it is gone, or the address is taken.
   */
  accept(hash: string, now: number, person: { account: Account } | { accountId: string }): Promise<Member | null>;
  /** Changes a role. Returns why it cannot be changed, or null. */
  setRole(member: Pick<Member, "workspaceId" | "accountId" | "role" | "locationId">, by: string): Promise<MemberFault | null>;
  /** Ends what a person may do in a workspace, and the invitations they made. The account stays; without any workspace nobody can sign in with it. */
  removeMember(workspaceId: string, accountId: string, by: string): Promise<MemberFault | null>;
  setName(accountId: string, name: string): Promise<void>;
  /** A new password; links for one that were made before end. Sessions are ended by whoever asks. */
  setPassword(accountId: string, passwordHash: string, by: string): Promise<void>;
  /** Sets or removes the password, and removes the second factor, passkeys, linked identities and open reset links. */
  replaceSignIn(accountId: string, passwordHash: string | null, by: string): Promise<void>;
  /** Turns the second factor on with its recovery codes, or off. */
  setTotp(accountId: string, totp: { jwe: string; step: number; recoveryHashes: readonly string[] } | null, by: string): Promise<void>;
  /** Notes the step of a code; false if that step or a later one was used already. */
  useTotpStep(accountId: string, step: number): Promise<boolean>;
  /** Uses a recovery code up; false if there is none. */
  useRecoveryCode(accountId: string, hash: string): Promise<boolean>;
  /** Seals the second factor's secret anew; nothing happens where it was replaced meanwhile. */
  reseal(accountId: string, before: string, jwe: string): Promise<void>;
  invitations(workspaceId: string): Promise<Invitation[]>;
  invitation(hash: string, now: number): Promise<Invitation | null>;
  /** Adds an invitation, in place of an earlier one of the same address. */
  invite(invitation: Invitation): Promise<void>;
  /** False: there is none. */
  withdraw(workspaceId: string, id: string, by: string): Promise<boolean>;
  addToken(token: AccountToken, now: number): Promise<void>;
  /** The token, which works no more; null if it is unknown, used or over. */
  useToken(kind: AccountTokenKind, hash: string, now: number): Promise<AccountToken | null>;
  passkeys(accountId: string): Promise<Passkey[]>;
  passkey(id: string): Promise<Passkey | null>;
  addPasskey(passkey: Passkey): Promise<void>;
  usePasskey(id: string, counter: number, usedAt: number): Promise<void>;
  /** False: the account has none of that id. */
  removePasskey(accountId: string, id: string): Promise<boolean>;
  /** The account of an identity at the provider; null if there is none. */
  accountOfIdentity(issuer: string, subject: string): Promise<string | null>;
  /** Links an identity at the provider to an account; one that is linked stays with its account. */
  linkIdentity(identity: { issuer: string; subject: string; accountId: string }): Promise<void>;
  /** The workspaces by id, with their names. */
  workspaces(): Promise<{ id: string; name: string }[]>;
  /** Adds a workspace with its first owner. */
  addWorkspace(workspace: { id: string; name: string; createdAt: number }, owner: Member, by: string): Promise<void>;
  renameWorkspace(id: string, name: string, by: string): Promise<void>;
  /** From where a workspace may be used; an empty list: from anywhere. */
  setAllowedAddresses(id: string, addresses: readonly string[], by: string): Promise<void>;
}

/** How many invitations a workspace keeps; the oldest is deleted to make room. */
const mostInvitations = 500;

/** Accounts and what belongs to them, in the database. */
export function createAccountStore(db: Db, log: ChangeLog = new ChangeLog(db)): AccountStore {
  return {
    ...accountQueries(db, log),
    ...memberQueries(log),
    ...invitationQueries(db, log),
    ...tokenQueries(db),
    ...passkeyQueries(db, log),
    ...identityQueries(db, log),
    ...workspaceQueries(db, log),
  };
}

function accountQueries(db: Db, log: ChangeLog) {
  return {
    async all() {
      const [accounts, members, workspaces] = await Promise.all([
        db.q.selectFrom("accounts").selectAll().orderBy("id").execute(),
        db.q.selectFrom("members").selectAll().orderBy("created_at").orderBy("account_id").execute(),
        db.q.selectFrom("workspaces").select(["id", "allowed_from"]).where("allowed_from", "is not", null).execute(),
      ]);
      const allowed = workspaces.map((row) => ({ workspaceId: row.id, addresses: JSON.parse(row.allowed_from!) as string[] }));
      return { accounts: accounts.map(accountOf), members: members.map(memberOf), allowed };
    },
    setName: (accountId, name) => changeAccount(log, accountId, { name }, { what: "renamed", by: `account:${accountId}` }),
    setPassword: (accountId, hash, by) =>
      changeAccount(log, accountId, { password_hash: hash }, { what: "password changed", by }, (q) => deleteResetTokens(q, accountId)),
    replaceSignIn: (accountId, hash, by) => {
      const set = { password_hash: hash, totp_jwe: null, totp_step: null };
      return changeAccount(log, accountId, set, { what: "sign-in renewed", by }, async (q) => {
        await deleteResetTokens(q, accountId);
        await q.deleteFrom("recovery_codes").where("account_id", "=", accountId).execute();
        await q.deleteFrom("passkeys").where("account_id", "=", accountId).execute();
        await q.deleteFrom("identities").where("account_id", "=", accountId).execute();
      });
    },
    setTotp: (accountId, totp, by) => {
      const set = { totp_jwe: totp?.jwe ?? null, totp_step: totp?.step ?? null };
      const what = totp ? "second factor turned on" : "second factor turned off";
      return changeAccount(log, accountId, set, { what, by }, async (q) => {
        await q.deleteFrom("recovery_codes").where("account_id", "=", accountId).execute();
        const codes = (totp?.recoveryHashes ?? []).map((hash) => ({ account_id: accountId, hash }));
        if (codes.length > 0) await q.insertInto("recovery_codes").values(codes).execute();
      });
    },
    useTotpStep: (accountId, step) =>
      log.write(async (q, note) => {
        const query = q.updateTable("accounts").set({ totp_step: step }).where("id", "=", accountId);
        const isLater = query.where((e) => e.or([e("totp_step", "is", null), e("totp_step", "<", step)]));
        const { numUpdatedRows } = await isLater.executeTakeFirst();
        return noteIf(numUpdatedRows > 0n, q, note, accountId, { what: null });
      }),
    useRecoveryCode: (accountId, hash) =>
      log.write(async (q, note) => {
        const query = q.deleteFrom("recovery_codes").where("account_id", "=", accountId).where("hash", "=", hash);
        const { numDeletedRows } = await query.executeTakeFirst();
        return noteIf(numDeletedRows > 0n, q, note, accountId, { what: "recovery code used", by: `account:${accountId}` });
      }),
    reseal: (accountId, before, jwe) =>
      log.write(async (q, note) => {
        const query = q.updateTable("accounts").set({ totp_jwe: jwe }).where("id", "=", accountId).where("totp_jwe", "=", before);
        const { numUpdatedRows } = await query.executeTakeFirst();
        await noteIf(numUpdatedRows > 0n, q, note, accountId, { what: null });
      }),
  } satisfies Partial<AccountStore>;
}

function memberQueries(log: ChangeLog) {
  return {
    addOwner: (account, member) =>
      log.write(async (q, note) => {
        const anyone = await q.selectFrom("members").select("account_id").where("workspace_id", "=", member.workspaceId).executeTakeFirst();
        if (anyone || !(await insertAccount(q, account))) return false;
        await insertMember(q, note, member, `account:${account.id}`);
        return true;
      }),
    accept: (hash, now, person) =>
      log.write(async (q, note) => {
        const row = await q.selectFrom("invitations").selectAll().where("hash", "=", hash).where("expires_at", ">", now).executeTakeFirst();
        if (!row) return null;
        if ("account" in person && !(await insertAccount(q, person.account))) return null;
        await q.deleteFrom("invitations").where("id", "=", row.id).execute();
        const accountId = "account" in person ? person.account.id : person.accountId;
        const { workspaceId, role, locationId } = invitationOf(row);
        const own = q.selectFrom("members").selectAll().where("workspace_id", "=", workspaceId).where("account_id", "=", accountId);
        const existing = await own.executeTakeFirst();
        if (existing) return memberOf(existing); // an invitation changes nobody's role
        const member = { workspaceId, accountId, role, locationId, createdAt: now };
        await insertMember(q, note, member, `account:${accountId}`);
        return member;
      }),
    setRole: ({ workspaceId, accountId, role, locationId }, by) =>
      log.write(async (q, note) => {
        const fault = await roleChangeFault(q, workspaceId, accountId, role);
        if (fault) return fault;
        await q
          .updateTable("members")
          .set({ role, location_id: locationId })
          .where("workspace_id", "=", workspaceId)
          .where("account_id", "=", accountId)
          .execute();
        await noteMember(q, note, { workspaceId, accountId }, { what: `made ${role}`, by });
        return null;
      }),
    removeMember: (workspaceId, accountId, by) =>
      log.write(async (q, note) => {
        const fault = await roleChangeFault(q, workspaceId, accountId, null);
        if (fault) return fault;
        await noteMember(q, note, { workspaceId, accountId }, { what: "removed", by });
        const invited = q
          .deleteFrom("invitations")
          .where("workspace_id", "=", workspaceId)
          .where("invited_by", "=", `account:${accountId}`);
        await invited.execute();
        await q.deleteFrom("members").where("workspace_id", "=", workspaceId).where("account_id", "=", accountId).execute();
        await endAgents(q, workspaceId, accountId);
        return null;
      }),
  } satisfies Partial<AccountStore>;
}

/** Nothing acts for somebody who was removed, also not if they are let in again. */
async function endAgents(q: Transaction<Schema>, workspaceId: string, accountId: string): Promise<void> {
  const own = q.selectFrom("agents").select("id").where("workspace_id", "=", workspaceId).where("account_id", "=", accountId);
  await q.deleteFrom("agent_tokens").where("agent_id", "in", own).execute();
}

function invitationQueries(db: Db, log: ChangeLog) {
  return {
    async invitations(workspaceId) {
      const rows = await db.q.selectFrom("invitations").selectAll().where("workspace_id", "=", workspaceId).orderBy("created_at").execute();
      return rows.map(invitationOf);
    },
    async invitation(hash, now) {
      const row = await db.q
        .selectFrom("invitations")
        .selectAll()
        .where("hash", "=", hash)
        .where("expires_at", ">", now)
        .executeTakeFirst();
      return row ? invitationOf(row) : null;
    },
    invite: (invitation) =>
      log.write(async (q, note) => {
        const { workspaceId, id, email, invitedBy: by } = invitation;
        const own = q.selectFrom("invitations").select("id").where("workspace_id", "=", workspaceId);
        const same = await own.where("email", "=", email).execute();
        const oldest = await own.orderBy("created_at", "desc").orderBy("id", "desc").limit(1000).offset(mostInvitations).execute();
        const gone = [...same, ...oldest].map((row) => row.id);
        if (gone.length > 0) await q.deleteFrom("invitations").where("id", "in", gone).execute();
        await q.insertInto("invitations").values(invitationRow(invitation)).execute();
        note({ workspaceId, kind: "invitation", id, what: "created", name: email, by });
      }),
    withdraw: (workspaceId, id, by) =>
      log.write(async (q, note) => {
        const row = await q
          .deleteFrom("invitations")
          .where("workspace_id", "=", workspaceId)
          .where("id", "=", id)
          .returningAll()
          .executeTakeFirst();
        if (row) note({ workspaceId, kind: "invitation", id, what: "withdrawn", name: row.email, by });
        return row !== undefined;
      }),
  } satisfies Partial<AccountStore>;
}

function tokenQueries(db: Db) {
  return {
    addToken: ({ hash, kind, accountId, data, expiresAt }, now) =>
      db.write(async (q) => {
        await q.deleteFrom("account_tokens").where("expires_at", "<=", now).execute();
        await q.insertInto("account_tokens").values({ hash, kind, account_id: accountId, data, expires_at: expiresAt }).execute();
      }),
    useToken: (kind, hash, now) =>
      db.write(async (q) => {
        const row = await q
          .deleteFrom("account_tokens")
          .where("hash", "=", hash)
          .where("kind", "=", kind)
          .returningAll()
          .executeTakeFirst();
        if (!row || Number(row.expires_at) <= now) return null;
        return { hash: row.hash, kind, accountId: row.account_id, data: row.data, expiresAt: Number(row.expires_at) };
      }),
  } satisfies Partial<AccountStore>;
}

function passkeyQueries(db: Db, log: ChangeLog) {
  return {
    async passkeys(accountId) {
      const rows = await db.q.selectFrom("passkeys").selectAll().where("account_id", "=", accountId).orderBy("created_at").execute();
      return rows.map(passkeyOf);
    },
    async passkey(id) {
      const row = await db.q.selectFrom("passkeys").selectAll().where("id", "=", id).executeTakeFirst();
      return row ? passkeyOf(row) : null;
    },
    addPasskey: (passkey) =>
      log.write(async (q, note) => {
        await q.insertInto("passkeys").values(passkeyRow(passkey)).execute();
        await noteAccount(q, note, passkey.accountId, { what: "passkey added", by: `account:${passkey.accountId}` });
      }),
    usePasskey: (id, counter, usedAt) =>
      db.write(async (q) => void (await q.updateTable("passkeys").set({ counter, used_at: usedAt }).where("id", "=", id).execute())),
    removePasskey: (accountId, id) =>
      log.write(async (q, note) => {
        const query = q.deleteFrom("passkeys").where("account_id", "=", accountId).where("id", "=", id);
        const { numDeletedRows } = await query.executeTakeFirst();
        return noteIf(numDeletedRows > 0n, q, note, accountId, { what: "passkey removed", by: `account:${accountId}` });
      }),
  } satisfies Partial<AccountStore>;
}

function identityQueries(db: Db, log: ChangeLog) {
  return {
    async accountOfIdentity(issuer, subject) {
      const query = db.q.selectFrom("identities").select("account_id").where("issuer", "=", issuer).where("subject", "=", subject);
      return (await query.executeTakeFirst())?.account_id ?? null;
    },
    linkIdentity: ({ issuer, subject, accountId }) =>
      log.write(async (q, note) => {
        const row = { issuer, subject, account_id: accountId };
        const query = q.insertInto("identities").values(row);
        const { numInsertedOrUpdatedRows } = await query.onConflict((c) => c.columns(["issuer", "subject"]).doNothing()).executeTakeFirst();
        if (numInsertedOrUpdatedRows === 1n)
          await noteAccount(q, note, accountId, { what: "single sign-on linked", by: `account:${accountId}` });
      }),
  } satisfies Partial<AccountStore>;
}

function workspaceQueries(db: Db, log: ChangeLog) {
  return {
    workspaces: () => db.q.selectFrom("workspaces").select(["id", "name"]).orderBy("created_at").orderBy("id").execute(),
    addWorkspace: ({ id, name, createdAt }, owner, by) =>
      log.write(async (q, note) => {
        await q.insertInto("workspaces").values({ id, name, created_at: createdAt }).execute();
        note({ workspaceId: id, kind: "workspace", id, what: "created", name, by });
        await insertMember(q, note, owner, by);
      }),
    renameWorkspace: (id, name, by) =>
      log.write(async (q, note) => {
        await q.updateTable("workspaces").set({ name }).where("id", "=", id).execute();
        note({ workspaceId: id, kind: "workspace", id, what: "renamed", name, by });
      }),
    setAllowedAddresses: (id, addresses, by) =>
      log.write(async (q, note) => {
        const own = q.selectFrom("workspaces").select(["name", "allowed_from"]).where("id", "=", id);
        const { name, allowed_from: before } = await own.executeTakeFirstOrThrow();
        const after = addresses.length > 0 ? JSON.stringify(addresses) : null;
        await q.updateTable("workspaces").set({ allowed_from: after }).where("id", "=", id).execute();
        const field = { field: "allowedAddresses", before: JSON.parse(before ?? "[]") as string[], after: [...addresses] };
        note({ workspaceId: id, kind: "workspace", id, what: "changed", name, fields: [field], by });
      }),
  } satisfies Partial<AccountStore>;
}

const deleteResetTokens = (q: Kysely<Schema>, accountId: string) =>
  q.deleteFrom("account_tokens").where("account_id", "=", accountId).where("kind", "=", "reset").execute();

type ChangeEntry = { what: string | null; by?: string };

/** Changes an account, and more with it in the same commit. It is a change in each workspace that the account is a member of. */
function changeAccount(
  log: ChangeLog,
  accountId: string,
  set: Partial<Selectable<Schema["accounts"]>>,
  entry: ChangeEntry,
  more: (q: Kysely<Schema>) => Promise<unknown> = async () => {},
): Promise<void> {
  return log.write(async (q, note) => {
    await q.updateTable("accounts").set(set).where("id", "=", accountId).execute();
    await more(q);
    await noteAccount(q, note, accountId, entry);
  });
}

async function noteIf(isChanged: boolean, q: Kysely<Schema>, note: Note, accountId: string, entry: ChangeEntry): Promise<boolean> {
  if (isChanged) await noteAccount(q, note, accountId, entry);
  return isChanged;
}

async function noteAccount(q: Kysely<Schema>, note: Note, accountId: string, entry: ChangeEntry): Promise<void> {
  const rows = await q.selectFrom("members").select("workspace_id").where("account_id", "=", accountId).execute();
  for (const { workspace_id: workspaceId } of rows) await noteMember(q, note, { workspaceId, accountId }, entry);
}

async function noteMember(
  q: Kysely<Schema>,
  note: Note,
  { workspaceId, accountId }: Pick<Member, "workspaceId" | "accountId">,
  entry: ChangeEntry,
): Promise<void> {
  const account = await q.selectFrom("accounts").select("name").where("id", "=", accountId).executeTakeFirst();
  note({ workspaceId, kind: "member", id: accountId, ...entry, ...(account && { name: account.name }) });
}

/** False: the address is taken. */
async function insertAccount(q: Kysely<Schema>, account: Account): Promise<boolean> {
  const { numInsertedOrUpdatedRows } = await q
    .insertInto("accounts")
    .values(accountRow(account))
    .onConflict((c) => c.column("email_lower").doNothing())
    .executeTakeFirst();
  return numInsertedOrUpdatedRows === 1n;
}

async function insertMember(q: Kysely<Schema>, note: Note, member: Member, by: string): Promise<void> {
  const { role } = member;
  await q.insertInto("members").values(memberRow(member)).execute();
  await noteMember(q, note, member, { what: `joined as ${role}`, by });
}

/** Why a member cannot get a role (or none): a workspace that has owners keeps one. */
async function roleChangeFault(q: Kysely<Schema>, workspaceId: string, accountId: string, role: Role | null): Promise<MemberFault | null> {
  const members = await q.selectFrom("members").select(["account_id", "role"]).where("workspace_id", "=", workspaceId).execute();
  const own = members.find((member) => member.account_id === accountId);
  if (!own) return "no member";
  const otherOwners = members.some((member) => member.role === "owner" && member.account_id !== accountId);
  return own.role === "owner" && role !== "owner" && !otherOwners ? "last owner" : null;
}

const accountRow = (a: Account): Selectable<Schema["accounts"]> => ({
  id: a.id,
  email: a.email,
  email_lower: emailKey(a.email),
  name: a.name,
  password_hash: a.passwordHash,
  totp_jwe: a.totpJwe,
  totp_step: a.totpStep,
  created_at: a.createdAt,
});

const accountOf = (r: Selectable<Schema["accounts"]>): Account => ({
  id: r.id,
  email: r.email,
  name: r.name,
  passwordHash: r.password_hash,
  totpJwe: r.totp_jwe,
  totpStep: r.totp_step,
  createdAt: r.created_at,
});

const memberRow = (m: Member): Insertable<Schema["members"]> => ({
  workspace_id: m.workspaceId,
  account_id: m.accountId,
  role: m.role,
  location_id: m.locationId,
  created_at: m.createdAt,
});

const memberOf = (r: Selectable<Schema["members"]>): Member => ({
  workspaceId: r.workspace_id,
  accountId: r.account_id,
  role: r.role as Role,
  locationId: r.location_id,
  createdAt: r.created_at,
});

const passkeyRow = (p: Passkey): Selectable<Schema["passkeys"]> => ({
  id: p.id,
  account_id: p.accountId,
  public_key: p.publicKey,
  counter: p.counter,
  transports: JSON.stringify(p.transports),
  name: p.name,
  created_at: p.createdAt,
  used_at: p.usedAt,
});

const passkeyOf = (r: Selectable<Schema["passkeys"]>): Passkey => ({
  id: r.id,
  accountId: r.account_id,
  publicKey: r.public_key,
  counter: r.counter,
  transports: JSON.parse(r.transports) as string[],
  name: r.name,
  createdAt: r.created_at,
  usedAt: r.used_at,
});

const invitationRow = (i: Invitation): Selectable<Schema["invitations"]> => ({
  id: i.id,
  workspace_id: i.workspaceId,
  email: i.email,
  role: i.role,
  location_id: i.locationId,
  hash: i.hash,
  invited_by: i.invitedBy,
  created_at: i.createdAt,
  expires_at: i.expiresAt,
});

const invitationOf = (r: Selectable<Schema["invitations"]>): Invitation => ({
  id: r.id,
  workspaceId: r.workspace_id,
  email: r.email,
  role: r.role as Role,
  locationId: r.location_id,
  hash: r.hash,
  invitedBy: r.invited_by,
  createdAt: r.created_at,
  expiresAt: r.expires_at,
});
