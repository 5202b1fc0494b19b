import type { Clock } from "#kernel/clock.ts";
import { dayMs, hourMs } from "#kernel/durations.ts";
import { emailKey } from "#kernel/email.ts";
import { MillraceError, badInput, conflict, notFound } from "#kernel/errors.ts";
import { newId, newToken } from "#kernel/ids.ts";
import type { Log } from "#kernel/log.ts";
import type { Account, AccountStore, Invitation, Member, MemberFault } from "#storage/account-store.ts";
import type { AgentStore } from "#storage/agent-store.ts";
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
  agents: Pick<AgentStore, "endOfAccount">;
  passwords: Passwords;
  secondFactor: SecondFactor;
  /** Null where no SMTP server is set. */
  mailer: Mailer | null;
  publicUrl: () => string;
  clock: Clock;
  log: Log;
  /** Called after anyone's access changed: closes the event streams they may no longer read. */
  onAccessChanged: () => void;
}

/** Who a new account is for. */
export interface NewAccount {
  email: string;
  name: string;
  password: string;
}

/** A role, and the sub-account that a client is limited to. */
export type RoleGrant = Pick<Member, "role" | "locationId">;

/** What a reset link keeps. */
interface ResetLink {
  /** Null: sent by mail. Else the workspace whose owner passes it on. */
  issuedBy: string | null;
}

/** Open invitations of a workspace. */
const mostInvitations = 200;

/** Accounts and members: signing in, invitations, roles and password resets. */
export class AccountService {
  readonly #parts: AccountServiceParts;
  readonly #attempts: WrongPasswords;

  constructor(parts: AccountServiceParts) {
    this.#parts = parts;
    this.#attempts = new WrongPasswords(parts.clock);
  }

  get sendsMail(): boolean {
    return this.#parts.mailer !== null;
  }

  /** The account of an address and password, and of a code where it has a second factor. Throws PASSWORD_WRONG, CODE_NEEDED or CODE_WRONG. */
  async signIn(
    { email, password, code }: { email: string; password: string; code?: string | undefined },
    from: Guesser,
    /** What the sign-in is for; the account's own workspaces when absent. */
    wanted?: string,
  ): Promise<Account> {
    const { accounts, passwords, secondFactor } = this.#parts;
    return this.#guess(email, from, async () => {
      const account = accounts.byEmail(email);
      const isRight = await passwords.isRight(password, account?.passwordHash ?? null);
      if (!isRight || !account) throw new MillraceError("PASSWORD_WRONG");
      if (wanted === undefined) this.#checkPlace(account.id, from.address); // before a code is used up
      await secondFactor.check(account, code);
      return account;
    });
  }

  /** Creates the first owner of a workspace. Throws CONFLICT where it has members already. */
  async createOwner(workspaceId: string, person: NewAccount): Promise<Account> {
    const { store, accounts, clock, onAccessChanged } = this.#parts;
    if (accounts.hasMembers(workspaceId)) throw conflict("The workspace already has an owner. Ask them to invite you");
    const account = await this.#newAccount(person);
    const member: Member = { workspaceId, accountId: account.id, role: "owner", locationId: null, createdAt: clock.now() };
    if (!(await store.addOwner(account, member))) throw conflict(`${person.email} has an account already. Sign in with it`);
    await accounts.reread();
    onAccessChanged();
    return account;
  }

  /** Sets an owner's password and removes every other way to sign in to the account. Throws CONFLICT for anyone but an owner. */
  async resetOwner(workspaceId: string, { email, password }: NewAccount): Promise<Account> {
    const { accounts } = this.#parts;
    const account = accounts.byEmail(email);
    if (!account || accounts.member(workspaceId, account.id)?.role !== "owner")
      throw conflict(`${email} is not an owner of this workspace. This link only resets the password of an owner`);
    await this.#replaceSignIn(account, password, "link");
    return this.#current(account.id);
  }

  /** Invites a person, in place of an earlier invitation of the same address. Throws OWNER_FIRST. */
  async invite(workspaceId: string, { email, ...grant }: RoleGrant & { email: string }, by: string) {
    const { accounts, store, clock, mailer, log } = this.#parts;
    if (!accounts.hasMembers(workspaceId)) throw new MillraceError("OWNER_FIRST");
    const account = accounts.byEmail(email);
    if (account && accounts.member(workspaceId, account.id)) throw conflict(`${email} is already a member. Change the role instead`);
    await this.#checkRoom(workspaceId, emailKey(email));
    const token = newToken(32);
    const invitation: Invitation = {
      id: newId("invite", clock.now()),
      workspaceId,
      email: emailKey(email),
      ...grant,
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
  async readInvitation(token: string) {
    const { accounts } = this.#parts;
    const { email, role, workspaceId } = await this.#openInvitation(token);
    return { email, role, workspace: await this.workspaceName(workspaceId), hasAccount: accounts.byEmail(email) !== undefined };
  }

  async #openInvitation(token: string): Promise<Invitation> {
    const { store, clock } = this.#parts;
    const invitation = await store.invitation(hashOf(token), clock.now());
    if (!invitation) throw new MillraceError("INVITATION_INVALID");
    return invitation;
  }

  /** Throws FORBIDDEN where an account may use no workspace from an address: before anything is used up or changed there. */
  #checkPlace(accountId: string, address: string): void {
    const { accounts } = this.#parts;
    accounts.checkOpen(
      accounts.workspacesOf(accountId).map(({ workspaceId }) => workspaceId),
      address,
    );
  }

  /**
   * Accepts an invitation with a new account or, if the address has one, with its password and code. An invitation alone never signs in to
   * an existing account.
   */
  async accept(
    token: string,
    { name, password, code }: { name?: string | undefined; password: string; code?: string | undefined },
    from: Guesser,
  ): Promise<Member> {
    const { email, workspaceId } = await this.#openInvitation(token);
    this.#parts.accounts.checkOpen([workspaceId], from.address);
    if (this.#parts.accounts.byEmail(email)) {
      const { id: accountId } = await this.signIn({ email, password, code }, from, workspaceId);
      return this.#join(token, { accountId });
    }
    return this.#join(token, { account: await this.#newAccount({ email, name: requireName(name), password }) });
  }

  async #join(token: string, person: { account: Account } | { accountId: string }): Promise<Member> {
    const { store, clock, accounts } = this.#parts;
    const member = await store.accept(hashOf(token), clock.now(), person);
    if (!member) throw new MillraceError("INVITATION_INVALID");
    await accounts.reread();
    return member;
  }

  /**
   * Signs in with an identity from the provider: the account it is linked to, else the account with the same verified address, which is
   * then linked and loses its password, passkeys and second factor. An invitation to that address is accepted too. Throws
   * SINGLE_SIGN_ON_FAILED.
   */
  async signInWithIdentity(
    { issuer, subject, email, name }: Identity,
    invitation: string | null,
    address: string,
  ): Promise<{ accountId: string; workspaceId?: string }> {
    const { store, accounts } = this.#parts;
    const linkedId = await store.accountOfIdentity(issuer, subject);
    const ofAddress = email === null ? undefined : accounts.byEmail(email);
    const existing = linkedId ?? ofAddress?.id;
    if (existing !== undefined && invitation === null) this.#checkPlace(existing, address);
    const person = { email, name, accountId: existing ?? null, address };
    const member = invitation === null ? null : await this.#acceptWithIdentity(invitation, person);
    const accountId = member?.accountId ?? existing;
    if (accountId === undefined) throw noAccountFor(email);
    // The address of the account was never verified. Whoever accepted its invitation may not be its owner, so their sign-in is removed.
    if (linkedId === null && ofAddress) await this.#replaceSignIn(ofAddress, null, `account:${ofAddress.id}`);
    await store.linkIdentity({ issuer, subject, accountId });
    return { accountId, ...(member && { workspaceId: member.workspaceId }) };
  }

  async #acceptWithIdentity(
    token: string,
    person: { email: string | null; name: string | null; accountId: string | null; address: string },
  ): Promise<Member> {
    const { accounts, clock } = this.#parts;
    const { email, workspaceId } = await this.#openInvitation(token);
    accounts.checkOpen([workspaceId], person.address);
    const own = person.accountId === null ? undefined : accounts.get(person.accountId);
    const isInvited = [person.email, own?.email].some((address) => address != null && emailKey(address) === emailKey(email));
    if (!isInvited) throw invitedOther(person.email, email);
    if (person.accountId !== null) return this.#join(token, { accountId: person.accountId });
    return this.#join(token, { account: accountOf({ email, name: person.name ?? email, passwordHash: null }, clock.now()) });
  }

  /** The members of a workspace, with their accounts. */
  members(workspaceId: string): { account: Account; member: Member }[] {
    const { accounts } = this.#parts;
    return accounts.membersOf(workspaceId).flatMap((member) => {
      const account = accounts.get(member.accountId);
      return account ? [{ account, member }] : [];
    });
  }

  /** Throws NOT_FOUND, or CONFLICT for the last owner. */
  async setRole(workspaceId: string, accountId: string, grant: RoleGrant, by: string): Promise<void> {
    this.#refuse(await this.#parts.store.setRole({ workspaceId, accountId, ...grant }, by), accountId);
    await this.#publishAccessChange();
  }

  /** Throws NOT_FOUND, or CONFLICT for the last owner. */
  async removeMember(workspaceId: string, accountId: string, by: string): Promise<void> {
    this.#refuse(await this.#parts.store.removeMember(workspaceId, accountId, by), accountId);
    await this.#publishAccessChange();
  }

  /** Mails a reset link if the address has an account. Returns at once, so the response time does not reveal whether it has one. */
  mailResetLink(email: string): void {
    const { accounts, mailer, log } = this.#parts;
    const account = accounts.byEmail(email);
    if (!account || !mailer || !this.#attempts.mayMail(email)) return;
    const send = async () =>
      void (await trySend(mailer, resetMail({ to: account.email, url: await this.#resetUrl(account, { issuedBy: null }) }), log));
    send().catch((err: unknown) => log.error({ err }, "Could not create a password reset link"));
  }

  /** A reset link for an owner to pass on. Only for members of no other workspace: those need a mailed link. */
  async resetLink(workspaceId: string, accountId: string): Promise<string> {
    const { accounts } = this.#parts;
    const account = accounts.get(accountId);
    if (!account || !accounts.member(workspaceId, accountId)) throw notFound("member", accountId);
    if (accounts.workspacesOf(accountId).length > 1)
      throw conflict(
        `${account.email} is a member of other workspaces too, so only they can reset their password, with 'Forgot your password?' on the sign-in page`,
      );
    return this.#resetUrl(account, { issuedBy: workspaceId });
  }

  /**
   * Sets a new password and signs the account out everywhere else. A mailed link also needs the second factor. A link from an owner
   * removes it, for people who lost both. Throws RESET_INVALID, CODE_NEEDED or CODE_WRONG.
   */
  async reset(token: string, { password, code }: { password: string; code?: string | undefined }, address: string): Promise<Account> {
    const { store, accounts, clock } = this.#parts;
    const used = await store.useToken("reset", hashOf(token), clock.now());
    const account = used?.accountId == null ? undefined : accounts.get(used.accountId);
    if (!used || !account) throw new MillraceError("RESET_INVALID");
    const { issuedBy } = JSON.parse(used.data) as ResetLink;
    const isMailed = issuedBy === null;
    const isElsewhere = accounts.workspacesOf(account.id).some(({ workspaceId }) => workspaceId !== issuedBy);
    // The person joined another workspace after the link was created.
    if (!isMailed && isElsewhere) throw new MillraceError("RESET_INVALID");
    const by = `account:${account.id}`;
    try {
      this.#checkPlace(account.id, address);
      checkPassword(password, account);
      if (isMailed) await this.#checkCode(account, code);
      await (isMailed ? this.#setPassword(account, password, by) : this.#replaceSignIn(account, password, by));
    } catch (thrown) {
      await store.addToken(used, clock.now()); // the address, password or code was rejected, so the link stays usable
      throw thrown;
    }
    return this.#current(account.id);
  }

  async changePassword(account: Account, { current, password }: { current: string; password: string }, session: string): Promise<void> {
    await this.#checkPassword(account, current, "current");
    await this.#setPassword(account, password, `account:${account.id}`, session);
  }

  async setName(account: Account, name: string): Promise<void> {
    await this.#parts.store.setName(account.id, name);
    await this.#parts.accounts.reread();
  }

  /** Asks for the password and a code again, as far as the account has them. Throws BAD_INPUT, CODE_NEEDED or CODE_WRONG. */
  async confirm(account: Account, { password = "", code }: { password?: string | undefined; code?: string | undefined }): Promise<void> {
    if (account.passwordHash !== null) await this.#checkPassword(account, password);
    await this.#checkCode(account, code);
  }

  offerSecondFactor = (account: Account) => this.#parts.secondFactor.offer(account);

  /** In place of one that is on already, with a code of that one. Throws CODE_NEEDED or CODE_WRONG. */
  async turnOnSecondFactor(
    account: Account,
    { secret, code, password, current }: { secret: string; code: string; password: string; current?: string | undefined },
  ): Promise<string[]> {
    await this.#checkPassword(account, password);
    await this.#checkCode(account, current);
    const codes = await this.#parts.secondFactor.turnOn(account, secret, code);
    await this.#parts.accounts.reread();
    return codes;
  }

  /** Needs a code too: an open page and the password must not be enough to turn it off. Throws CODE_NEEDED or CODE_WRONG. */
  async turnOffSecondFactor(account: Account, { password, code }: { password: string; code?: string | undefined }): Promise<void> {
    await this.#checkPassword(account, password);
    await this.#checkCode(account, code);
    await this.#parts.secondFactor.turnOff(account, `account:${account.id}`);
    await this.#parts.accounts.reread();
  }

  async workspaceName(id: string): Promise<string> {
    return (await this.#parts.store.workspaces()).find((workspace) => workspace.id === id)?.name ?? id;
  }

  async #newAccount({ email, name, password }: NewAccount): Promise<Account> {
    const { passwords, clock } = this.#parts;
    return accountOf({ email: email.trim(), name, passwordHash: await passwords.hash(password, { email, name }) }, clock.now());
  }

  /** Counts an attempt before it runs, so that parallel attempts cannot exceed the limit. */
  async #guess<T>(email: string, from: Guesser, attempt: () => Promise<T>): Promise<T> {
    const accountId = this.#parts.accounts.byEmail(email)?.id;
    this.#attempts.count(email, from, accountId);
    try {
      const result = await attempt();
      this.#attempts.undo(email, from, accountId);
      return result;
    } catch (thrown) {
      const isWrong = thrown instanceof MillraceError && ["PASSWORD_WRONG", "CODE_WRONG", "BAD_INPUT"].includes(thrown.code);
      if (!isWrong) this.#attempts.undo(email, from, accountId);
      throw thrown;
    }
  }

  /** Asks for the password again before a change to how the account is signed in to. */
  async #checkPassword({ email, passwordHash }: Account, password: string, field = "password"): Promise<void> {
    await this.#guess(email, insider, async () => {
      if (await this.#parts.passwords.isRight(password, passwordHash)) return;
      throw badInput(field, "is not your current password");
    });
  }

  /** Asks for a code of the second factor, where it is on. */
  #checkCode(account: Account, code: string | undefined): Promise<void> {
    return this.#guess(account.email, insider, () => this.#parts.secondFactor.check(account, code));
  }

  async #setPassword(account: Account, password: string, by: string, keptSession?: string): Promise<void> {
    const { store, passwords } = this.#parts;
    await store.setPassword(account.id, await passwords.hash(password, account), by);
    await this.#signOut(account, keptSession);
  }

  /** Replaces every way to sign in to an account with one password, or none. */
  async #replaceSignIn(account: Account, password: string | null, by: string): Promise<void> {
    const { store, passwords } = this.#parts;
    await store.replaceSignIn(account.id, password === null ? null : await passwords.hash(password, account), by);
    await this.#signOut(account);
  }

  async #signOut({ id }: Account, keptSession?: string): Promise<void> {
    const { accounts, sessions, agents, clock, onAccessChanged } = this.#parts;
    await accounts.reread();
    await Promise.all([sessions.endOfAccount(id, keptSession), agents.endOfAccount(id, clock.now())]).finally(onAccessChanged);
  }

  async #resetUrl({ id: accountId }: Account, link: ResetLink): Promise<string> {
    const { store, clock } = this.#parts;
    const token = newToken(32);
    const expiresAt = clock.now() + resetHours * hourMs;
    await store.addToken({ hash: hashOf(token), kind: "reset", accountId, data: JSON.stringify(link), expiresAt }, clock.now());
    return this.#url("reset", token);
  }

  /** The token is in the fragment, which browsers do not send to servers. */
  #url = (what: "invitation" | "reset", token: string) => `${this.#parts.publicUrl()}/#${what}=${token}`;

  #refuse(fault: MemberFault | null, accountId: string): void {
    if (fault === "no member") throw notFound("member", accountId);
    if (fault === "last owner") throw conflict("A workspace needs at least one owner. Make another member an owner first");
  }

  async #publishAccessChange(): Promise<void> {
    await this.#parts.accounts.reread();
    this.#parts.onAccessChanged();
  }

  #current = (id: string): Account => this.#parts.accounts.get(id)!;
}

function requireName(name: string | undefined): string {
  if (name !== undefined) return name;
  throw badInput("name", "is missing. Enter the name that others will see");
}

const accountOf = (person: Pick<Account, "email" | "name" | "passwordHash">, now: number): Account => ({
  id: newId("acc", now),
  ...person,
  totpJwe: null,
  totpStep: null,
  createdAt: now,
});

const noAccountFor = (email: string | null) =>
  email === null
    ? noAddress()
    : refused(`No account or invitation exists for ${email}. Ask an owner of the workspace to invite that address`);
const invitedOther = (email: string | null, invited: string) =>
  email === null
    ? noAddress()
    : refused(
        `You signed in as ${email}, but the invitation is for ${invited}. Sign in with that address, or ask for an invitation to yours`,
      );
const noAddress = () =>
  refused("The provider did not send a verified e-mail address, so Millrace cannot find your account. Ask your administrator");
const refused = (problem: string) => new MillraceError("SINGLE_SIGN_ON_FAILED", { details: { problem } });
