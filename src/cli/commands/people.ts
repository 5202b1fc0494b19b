import { type Command, Option } from "commander";
import type { Client } from "#api/client.ts";
import { type Role, roles } from "#kernel/roles.ts";
import { isThisMachine, onlyHereSentence } from "#surfaces/own-address.ts";
import { roleWords } from "#surfaces/role-words.ts";
import { withExamples, withJson } from "../help.ts";
import { usage } from "../input.ts";
import { pick } from "../pick.ts";
import type { Tools } from "../tools.ts";
import { invitationTable, peopleTable } from "../views/people.ts";

interface Json {
  json?: boolean;
}

/** Who is let in to the workspace, and what they may do. */
export function addPeopleCommands(program: Command, tools: Tools): void {
  const people = program.command("people").description("People with accounts: invite them, give them a role, remove them");
  addList(people, tools);
  addInvite(people, tools);
  addRole(people, tools);
  addRemove(people, tools);
  addInvitations(people, tools);
  addWithdraw(people, tools);
  addAllowFrom(people, tools);
}

const subAccountOption = "--sub-account <connection>";
const aboutSubAccount = "for a client: the connection of the one sub-account that they see";
const aboutRoles = roles.map((role) => `${role}: ${lower(roleWords[role].may)}`).join("; ");

function addList(people: Command, { api, show }: Tools): void {
  const command = withJson(people.command("list").description("Everybody in the workspace")).action(async ({ json }: Json) => {
    const { members } = await api().members.list();
    show(members, json, (paper) => peopleTable(members, paper));
  });
  withExamples(command, "millrace people list");
}

interface RoleOptions extends Json {
  subAccount?: string;
}

function addInvite(people: Command, { api, show, terminal }: Tools): void {
  const command = withJson(
    people
      .command("invite")
      .description("Invite somebody. Prints the link, which works once and for a week")
      .argument("<email>", "the address that they will sign in with")
      .addOption(new Option("--role <role>", aboutRoles).choices([...roles]).default("viewer"))
      .option(subAccountOption, aboutSubAccount),
  ).action(async (email: string, { role, json, subAccount }: RoleOptions & { role: Role }) => {
    const reply = await api().invitations.create({ body: { email, role, locationId: await locationOf(api(), subAccount) } });
    show(reply, json, () => reply.url);
    terminal.err(
      reply.mailed
        ? `The link was mailed to ${reply.invitation.email}. It lets one person in, so show it to nobody else.`
        : `Give the link to ${reply.invitation.email} in a way that nobody else reads. It can be read only now.`,
    );
    if (isThisMachine(reply.url)) terminal.err(onlyHereSentence(reply.url));
  });
  withExamples(
    command,
    "millrace people invite vera@example.com --role builder",
    "millrace people invite carl@acme.example --role client --sub-account acme",
  );
}

function addRole(people: Command, { api, show }: Tools): void {
  const command = withJson(
    people
      .command("role")
      .description("Give somebody another role; it counts at once")
      .argument("<member>", "the address, or the beginning of it")
      .argument("<role>", roles.join(", "))
      .option(subAccountOption, aboutSubAccount),
  ).action(async (wanted: string, role: string, { json, subAccount }: RoleOptions) => {
    if (!isRole(role)) throw usage(`There is no role '${role}'. The roles are ${roles.join(", ")}`);
    const { id, email } = await findPerson(api(), wanted);
    await api().members.setRole({ id, body: { role, locationId: await locationOf(api(), subAccount) } });
    show({ id, role }, json, () => `${email} is ${roleWords[role].one} now`);
  });
  withExamples(command, "millrace people role vera@example.com operator");
}

function addRemove(people: Command, { api, show, confirm }: Tools): void {
  const command = withJson(
    people
      .command("remove")
      .description("Remove somebody from the workspace; their sessions in it end")
      .argument("<member>", "the address, or the beginning of it")
      .option("-y, --yes", "do not ask"),
  ).action(async (wanted: string, { yes, json }: Json & { yes?: boolean }) => {
    const { id, email } = await findPerson(api(), wanted);
    await confirm(`Remove ${email}? They are signed out of this workspace at once.`, yes);
    await api().members.remove({ id });
    show({ removed: id }, json, () => `Removed: ${email}`);
  });
  withExamples(command, "millrace people remove vera@example.com");
}

function addInvitations(people: Command, { api, show }: Tools): void {
  const command = withJson(people.command("invitations").description("Invitations that were not accepted yet")).action(
    async ({ json }: Json) => {
      const { invitations } = await api().invitations.list();
      show(invitations, json, (paper) => invitationTable(invitations, paper));
    },
  );
  withExamples(command, "millrace people invitations");
}

function addWithdraw(people: Command, { api, show }: Tools): void {
  const command = withJson(
    people
      .command("withdraw")
      .description("Withdraw an invitation; its link stops working")
      .argument("<email>", "the address that was invited, or the beginning of it"),
  ).action(async (wanted: string, { json }: Json) => {
    const { invitations } = await api().invitations.list();
    const { id, email } = pick(invitations.map(byEmail), wanted, "invitation");
    await api().invitations.withdraw({ id });
    show({ withdrawn: id }, json, () => `Withdrawn: the invitation of ${email}`);
  });
  withExamples(command, "millrace people withdraw vera@example.com");
}

function addAllowFrom(people: Command, { api, show }: Tools): void {
  const command = withJson(
    people
      .command("allow-from")
      .description("From which addresses the workspace may be used; without any: show them. From this machine it always may")
      .argument("[addresses...]", "IP addresses or ranges, in place of those before")
      .option("--anywhere", "allow every address again"),
  ).action(async (wanted: string[], { anywhere, json }: Json & { anywhere?: boolean }) => {
    if (anywhere && wanted.length > 0) throw usage("Give addresses or --anywhere, not both");
    if (anywhere || wanted.length > 0) await api().workspaces.setAllowedAddresses({ body: { addresses: wanted } });
    const { addresses } = await api().workspaces.allowedAddresses();
    show({ addresses }, json, () => (addresses.length === 0 ? "The workspace may be used from anywhere" : addresses.join("\n")));
  });
  withExamples(command, "millrace people allow-from", "millrace people allow-from 203.0.113.0/24", "millrace people allow-from --anywhere");
}

const findPerson = async (api: Client, wanted: string) => pick((await api.members.list()).members.map(byEmail), wanted, "member");

/** People are called by their address. */
const byEmail = <T extends { id: string; email: string }>(one: T) => ({ id: one.id, email: one.email, name: one.email });

/** The sub-account of a connection; null where none is given. */
async function locationOf(api: Client, wanted: string | undefined): Promise<string | null> {
  if (wanted === undefined) return null;
  const connection = pick((await api.connections.list()).connections, wanted, "connection");
  if (connection.locationId === undefined) throw usage(`The connection '${connection.name}' is not for one sub-account. Name another`);
  return connection.locationId;
}

const isRole = (text: string): text is Role => (roles as readonly string[]).includes(text);

/** A sentence within another. */
function lower(text: string): string {
  return text.charAt(0).toLowerCase() + text.slice(1).replace(/\.$/, "");
}
