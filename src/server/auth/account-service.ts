import type { Clock } from "#kernel/clock.ts";
import { dayMs, hourMs } from "#kernel/durations.ts";
import { emailKey } from "#kernel/email.ts";
import { MillraceError, badInput, conflict, notFound } from "#kernel/errors.ts";
import { newId, newToken } from "#kernel/ids.ts";
import type { Log } from "#kernel/log.ts";
import type { Account, AccountStore, Invitation, Member, MemberFault } from "#storage/account-store.ts";
import type { Accounts } from "./accounts.ts";
import { invitationDays, invitationMail, resetHours, resetMail } from "./account-mails.ts";
import { trySend, type Mailer } from "./mailer.ts";
import { checkPassword, type Passwords } from "./passwords.ts";
import { hashOf } from "./secret-hash.ts";
import type { SecondFactor } from "./second-factor.ts";
import type { Sessions } from "./sessions.ts";
import type { Identity } from "./single-sign-on.ts";
import { insider, WrongPasswords, type Guesser } from "./wrong-passwords.ts";

export interface AccountServiceParts {
  accounts: Accounts;
  store: AccountStore;
  sessions: Pick<Sessions, "endOfAccount">;
  passwords: Passwords;
  secondFactor: SecondFactor;
  /** Null where no SMTP server is set. */
  mailer: Mailer | null;
  publicUrl: () => string;
  clock: Clock;
  log: Log;
  /** Called when somebody's access changed or ended: closes what they may no longer see. */
  onEnded: () => void;
}

/** Who a new account is for. */
export interface NewAccount {
  email: string;
  name: string;
  password: string;
}

/** Where somebody is let in, and as what. */
export type Place = Pick<Member, "role" | "locationId">;

/** Marks a link for a new password as one that was mailed. */
const mailed = "mail";
/** Open invitations of a workspace. */
const mostInvitations = 200;

/** People with accounts: how they come in, and what an owner decides about them. */
export class AccountService {
  readonly #parts: AccountServiceParts;
  readonly #wrong: WrongPasswords;

  constructor(parts: AccountServiceParts) {
    this.#parts = parts;
    this.#wrong = new WrongPasswords(parts.clock);
  }

  get sendsMail(): boolean {
    return this.#parts.mailer !== null;
  }

  /** The account of an address and password, and of a code where it has a second factor. Throws PASSWORD_WRONG, CODE_NEEDED or CODE_WRONG. */
  async signIn({ email, password, code }: { email: string; password: string; code?: string | undefined }, from: Guesser): Promise<Account> {
    const { accounts, passwords, secondFactor } = this.#parts;
    return this.#guess(email, from, async () => {
      const account = accounts.byEmail(email);
      const isRight = await passwords.isRight(password, account?.passwordHash ?? null);
      if (!isRight || !account) throw new MillraceError("PASSWORD_WRONG");
      await secondFactor.check(account, code);
      return account;
    });
  }

  /**
   * The first owner of a workspace that has no people yet. A link of the machine also `mends`: it gives an owner a new password, and takes
   * away what else signed them in.
   */
  async claim(workspaceId: string, person: NewAccount, { mends = false } = {}): Promise<Account> {
    const { accounts } = this.#parts;
    if (!accounts.hasMembers(workspaceId)) return this.#addOwner(workspaceId, person);
    if (!mends) throw conflict("The workspace has an owner by now. Ask an owner to invite you");
    const account = accounts.byEmail(person.email);
    if (!account || accounts.member(workspaceId, account.id)?.role !== "owner")
      throw conflict(`${person.email} is not an owner of this workspace. This link only resets the password of an owner`);
    await this.#startAnew(account, person.password, "link");
    return this.#fresh(account.id);
  }

  /** Invites somebody, in place of an earlier invitation of the same address. Throws OWNER_FIRST. */
  async invite(workspaceId: string, { email, ...place }: Place & { email: string }, by: string) {
    const { accounts, store, clock, mailer, log } = this.#parts;
    if (!accounts.hasMembers(workspaceId)) throw new MillraceError("OWNER_FIRST");
    const there = accounts.byEmail(email);
    if (there && accounts.member(workspaceId, there.id)) throw conflict(`${email} is in this workspace already. Change the role instead`);
    await this.#checkRoom(workspaceId, emailKey(email));
    const token = newToken(32);
    const invitation: Invitation = {
      id: newId("invite", clock.now()),
      workspaceId,
      email: emailKey(email),
      ...place,
      hash: hashOf(token),
      invitedBy: by,
      createdAt: clock.now(),
      expiresAt: clock.now() + invitationDays * dayMs,
    };
    await store.invite(invitation);
    const url = this.#url("invitation", token);
    const isMailed = await trySend(mailer, invitationMail({ to: email, url, workspace: await this.workspaceName(workspaceId) }), log);
    return { invitation, url, isMailed };
  }

  /** An earlier invitation of the same address makes room for the new one. */
  async #checkRoom(workspaceId: string, email: string): Promise<void> {
    const now = this.#parts.clock.now();
    const open = (await this.invitations(workspaceId)).filter((one) => one.expiresAt > now && one.email !== email);
    if (open.length >= mostInvitations)
      throw conflict(`The workspace has ${mostInvitations} open invitations, which is the most. Withdraw some first`);
  }

  invitations = (workspaceId: string): Promise<Invitation[]> => this.#parts.store.invitations(workspaceId);

  async withdraw(workspaceId: string, id: string, by: string): Promise<void> {
    if (!(await this.#parts.store.withdraw(workspaceId, id, by))) throw notFound("invitation", id);
  }

  /** What an invitation says to whoever opens it. Throws INVITATION_INVALID. */
  async opened(token: string) {
    const { store, clock, accounts } = this.#parts;
    const invitation = await store.invitation(hashOf(token), clock.now());
    if (!invitation) throw new MillraceError("INVITATION_INVALID");
    const { email, role, workspaceId } = invitation;
    return { email, role, workspace: await this.workspaceName(workspaceId), hasAccount: accounts.byEmail(email) !== undefined };
  }

  /**
   * Accepts an invitation: with a new account, or, where the address has one, by its own password and code. An invitation alone never
   * opens or changes an account that is there.
   */
  async accept(
    token: string,
    { name, password, code }: { name?: string | undefined; password: string; code?: string | undefined },
    from: Guesser,
  ): Promise<Member> {
    const { store, clock, accounts, passwords } = this.#parts;
    const { email } = await this.opened(token);
    const existing = accounts.byEmail(email);
    const person = existing
      ? { accountId: (await this.signIn({ email, password, code }, from)).id }
      : { account: await this.#newAccount({ email, name: required(name), password }, passwords) };
    const member = await store.accept(hashOf(token), clock.now(), person);
    if (!member) throw new MillraceError("INVITATION_INVALID");
    await accounts.reread();
    return member;
  }

  /**
   * The account of somebody who signed in elsewhere: the one that is linked, else the one of the verified address, which is linked from
   * then on, and loses what signed it in before. With an invitation to that address, its member too. Throws SINGLE_SIGN_ON_FAILED.
   */
  async signInElsewhere(
    { issuer, subject, email, name }: Identity,
    invitation: string | null,
  ): Promise<{ accountId: string; workspaceId?: string }> {
    const { store, accounts } = this.#parts;
    const known = await store.accountOfIdentity(issuer, subject);
    const ofAddress = email === null ? undefined : accounts.byEmail(email);
    const linked = known ?? ofAddress?.id;
    const member = invitation === null ? null : await this.#acceptElsewhere(invitation, { email, name, accountId: linked ?? null });
    const accountId = member?.accountId ?? linked;
    if (accountId === undefined) throw elsewhere(email);
    // Nobody had proven that the account is theirs: whoever was first to open its invitation must not stay in beside them.
    if (known === null && ofAddress) await this.#startAnew(ofAddress, null, `account:${ofAddress.id}`);
    await store.linkIdentity({ issuer, subject, accountId });
    return { accountId, ...(member && { workspaceId: member.workspaceId }) };
  }

  async #acceptElsewhere(token: string, person: { email: string | null; name: string | null; accountId: string | null }): Promise<Member> {
    const { store, accounts, clock } = this.#parts;
    const invited = await this.opened(token);
    const own = person.accountId === null ? undefined : accounts.get(person.accountId);
    if (![person.email, own?.email].some((email) => email != null && emailKey(email) === emailKey(invited.email)))
      throw elsewhere(person.email, `The invitation is for ${invited.email}`);
    const now = clock.now();
    const fresh = {
      id: newId("acc", now),
      email: invited.email,
      name: person.name ?? invited.email,
      passwordHash: null,
      totpJwe: null,
      totpStep: null,
    };
    const who = person.accountId === null ? { account: { ...fresh, createdAt: now } } : { accountId: person.accountId };
    const member = await store.accept(hashOf(token), now, who);
    if (!member) throw new MillraceError("INVITATION_INVALID");
    await accounts.reread();
    return member;
  }

  /** The people of a workspace, with what they are in it. */
  members(workspaceId: string): { account: Account; member: Member }[] {
    const { accounts } = this.#parts;
    return accounts.membersOf(workspaceId).flatMap((member) => {
      const account = accounts.get(member.accountId);
      return account ? [{ account, member }] : [];
    });
  }

  /** Throws NOT_FOUND, or CONFLICT for the last owner. */
  async setRole(workspaceId: string, accountId: string, place: Place, by: string): Promise<void> {
    this.#refuse(await this.#parts.store.setRole({ workspaceId, accountId, ...place }, by), accountId);
    await this.#changed();
  }

  /** Throws NOT_FOUND, or CONFLICT for the last owner. */
  async removeMember(workspaceId: string, accountId: string, by: string): Promise<void> {
    this.#refuse(await this.#parts.store.removeMember(workspaceId, accountId, by), accountId);
    await this.#changed();
  }

  /** Mails a link for a new password, if the address has an account. Nobody learns whether it has, by the time it takes neither. */
  forgotten(email: string): void {
    const { accounts, mailer, log } = this.#parts;
    const account = accounts.byEmail(email);
    if (!account || !mailer || !this.#wrong.mayMail(email)) return;
    const send = async () =>
      void (await trySend(mailer, resetMail({ to: account.email, url: await this.#resetUrl(account, mailed) }), log));
    send().catch((err: unknown) => log.error({ err }, "A link for a new password could not be made"));
  }

  /** A link for a new password, which an owner hands over. Only for people who are in this workspace alone: others ask by mail. */
  async resetLink(workspaceId: string, accountId: string): Promise<string> {
    const { accounts } = this.#parts;
    const account = accounts.get(accountId);
    if (!account || !accounts.member(workspaceId, accountId)) throw notFound("person", accountId);
    if (accounts.workspacesOf(accountId).length > 1)
      throw conflict(
        `${account.email} is in other workspaces too, so only they can ask for a new password, on the page where they sign in`,
      );
    return this.#resetUrl(account, workspaceId);
  }

  /**
   * Sets a new password by a link, and signs the account out everywhere else. A link that was mailed wants the second factor too; one
   * that an owner handed over turns it off: it is for whoever has lost both. Throws RESET_INVALID, CODE_NEEDED or CODE_WRONG.
   */
  async reset(token: string, { password, code }: { password: string; code?: string | undefined }): Promise<Account> {
    const { store, accounts, clock, secondFactor } = this.#parts;
    const used = await store.useToken("reset", hashOf(token), clock.now());
    const account = used?.accountId == null ? undefined : accounts.get(used.accountId);
    if (!used || !account) throw new MillraceError("RESET_INVALID");
    const isMailed = used.data === mailed;
    const isElsewhere = accounts.workspacesOf(account.id).some(({ workspaceId }) => workspaceId !== used.data);
    if (!isMailed && isElsewhere) throw new MillraceError("RESET_INVALID"); // since the link was made, another workspace let them in
    const by = `account:${account.id}`;
    try {
      checkPassword(password, account);
      if (isMailed) await this.#guess(account.email, insider, () => secondFactor.check(account, code));
      await (isMailed ? this.#setPassword(account, password, by) : this.#startAnew(account, password, by));
    } catch (thrown) {
      await store.addToken(used, clock.now()); // refused for its password or code: the link still works
      throw thrown;
    }
    return this.#fresh(account.id);
  }

  async changePassword(account: Account, { current, password }: { current: string; password: string }, session: string): Promise<void> {
    await this.#checkPassword(account, current, "current");
    await this.#setPassword(account, password, `account:${account.id}`, session);
  }

  async setName(account: Account, name: string): Promise<void> {
    await this.#parts.store.setName(account.id, name);
    await this.#parts.accounts.reread();
  }

  /** Asks for the password again, where there is one. Throws BAD_INPUT. */
  async confirm(account: Account, password: string): Promise<void> {
    if (account.passwordHash !== null) await this.#checkPassword(account, password);
  }

  offerSecondFactor = (account: Account) => this.#parts.secondFactor.offer(account);

  async turnOnSecondFactor(
    account: Account,
    { secret, code, password }: { secret: string; code: string; password: string },
  ): Promise<string[]> {
    await this.#checkPassword(account, password);
    const codes = await this.#parts.secondFactor.turnOn(account, secret, code);
    await this.#parts.accounts.reread();
    return codes;
  }

  /** Wants a code too: whoever finds a page open, and knows the password, must not take the second factor away. Throws CODE_NEEDED or CODE_WRONG. */
  async turnOffSecondFactor(account: Account, { password, code }: { password: string; code?: string | undefined }): Promise<void> {
    await this.#checkPassword(account, password);
    await this.#guess(account.email, insider, () => this.#parts.secondFactor.check(account, code));
    await this.#parts.secondFactor.turnOff(account, `account:${account.id}`);
    await this.#parts.accounts.reread();
  }

  recoveryCodesLeft = (accountId: string): Promise<number> => this.#parts.store.recoveryCodesLeft(accountId);

  async workspaceName(id: string): Promise<string> {
    return (await this.#parts.store.workspaces()).find((workspace) => workspace.id === id)?.name ?? id;
  }

  async #addOwner(workspaceId: string, person: NewAccount): Promise<Account> {
    const { store, accounts, passwords, clock, onEnded } = this.#parts;
    const account = await this.#newAccount(person, passwords);
    const member: Member = { workspaceId, accountId: account.id, role: "owner", locationId: null, createdAt: clock.now() };
    if (!(await store.addOwner(account, member))) throw conflict(`${person.email} has an account already. Sign in with it`);
    await accounts.reread();
    onEnded();
    return account;
  }

  async #newAccount({ email, name, password }: NewAccount, passwords: Passwords): Promise<Account> {
    const passwordHash = await passwords.hash(password, { email, name });
    const now = this.#parts.clock.now();
    return { id: newId("acc", now), email: email.trim(), name, passwordHash, totpJwe: null, totpStep: null, createdAt: now };
  }

  /** What can be guessed: counted before it is tried, so that many at once are as many as one after the other. */
  async #guess<T>(email: string, from: Guesser, attempt: () => Promise<T>): Promise<T> {
    const accountId = this.#parts.accounts.byEmail(email)?.id;
    this.#wrong.count(email, from, accountId);
    try {
      const result = await attempt();
      this.#wrong.forgive(email, from, accountId);
      return result;
    } catch (thrown) {
      const isWrong = thrown instanceof MillraceError && ["PASSWORD_WRONG", "CODE_WRONG", "BAD_INPUT"].includes(thrown.code);
      if (!isWrong) this.#wrong.forgive(email, from, accountId);
      throw thrown;
    }
  }

  /** Checks what is asked again before something that opens an account for good. */
  async #checkPassword({ email, passwordHash }: Account, password: string, field = "password"): Promise<void> {
    await this.#guess(email, insider, async () => {
      if (await this.#parts.passwords.isRight(password, passwordHash)) return;
      throw badInput(field, "is not your current password");
    });
  }

  async #setPassword(account: Account, password: string, by: string, keptSession?: string): Promise<void> {
    const { store, passwords } = this.#parts;
    await store.setPassword(account.id, await passwords.hash(password, account), by);
    await this.#signOut(account, keptSession);
  }

  /** A new password, or none, in place of all that signed an account in. */
  async #startAnew(account: Account, password: string | null, by: string): Promise<void> {
    const { store, passwords } = this.#parts;
    await store.startAnew(account.id, password === null ? null : await passwords.hash(password, account), by);
    await this.#signOut(account);
  }

  async #signOut({ id }: Account, keptSession?: string): Promise<void> {
    const { accounts, sessions, onEnded } = this.#parts;
    await accounts.reread();
    await sessions.endOfAccount(id, keptSession).finally(onEnded);
  }

  /** `data`: that it is mailed, or the workspace whose owner hands it over. */
  async #resetUrl({ id: accountId }: Account, data: string): Promise<string> {
    const { store, clock } = this.#parts;
    const token = newToken(32);
    const expiresAt = clock.now() + resetHours * hourMs;
    await store.addToken({ hash: hashOf(token), kind: "reset", accountId, data, expiresAt }, clock.now());
    return this.#url("reset", token);
  }

  /** The token is behind the #, which a browser sends nowhere. */
  #url = (what: "invitation" | "reset", token: string) => `${this.#parts.publicUrl()}/#${what}=${token}`;

  #refuse(fault: MemberFault | null, accountId: string): void {
    if (fault === "no member") throw notFound("person", accountId);
    if (fault === "last owner") throw conflict("A workspace keeps at least one owner. Make somebody else an owner first");
  }

  async #changed(): Promise<void> {
    await this.#parts.accounts.reread();
    this.#parts.onEnded();
  }

  #fresh = (id: string): Account => this.#parts.accounts.get(id)!;
}

function required(name: string | undefined): string {
  if (name !== undefined) return name;
  throw badInput("name", "is missing. Enter the name that others will see");
}

const elsewhere = (email: string | null, why = "Nobody has invited it") =>
  new MillraceError("SINGLE_SIGN_ON_FAILED", {
    details: {
      problem:
        email === null
          ? "The provider gave no verified e-mail address, so nobody knows which account is yours. Ask whoever runs this Millrace"
          : `You signed in as ${email}. ${why}: ask an owner of the workspace for an invitation to that address`,
    },
  });
