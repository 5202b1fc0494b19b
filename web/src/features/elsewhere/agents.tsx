import { useQuery } from "@tanstack/react-query";
import { Link } from "@tanstack/react-router";
import { capital } from "#kernel/words.ts";
import { needsPerson } from "#surfaces/agent-words.ts";
import { AgentList } from "../../components/agent-list.tsx";
import { May } from "../../components/may.tsx";
import { IntegrationPage } from "../../components/integration-page.tsx";
import { Section } from "../../components/page.tsx";
import { CopyLine } from "../../components/ui/copy.tsx";
import { SkeletonRows } from "../../components/ui/skeleton.tsx";
import { Loaded } from "../../components/ui/state.tsx";
import { agentsQuery } from "../../lib/queries.ts";

/** How to add Millrace to an agent, what it may do then, and which are signed in. */
export function AgentsPage() {
  const query = useQuery(agentsQuery());
  return (
    <IntegrationPage
      title="Agents"
      about="Add Millrace to an assistant that speaks the Model Context Protocol (MCP). It finds operations, drafts flows and explains runs for you."
    >
      <div className="flex max-w-2xl flex-col gap-10">
        <Section title="Add it">
          <Loaded query={query} skeleton={<SkeletonRows rows={2} />}>
            {({ address }) => <Ways address={address} />}
          </Loaded>
        </Section>
        <Section title="What needs you">
          <MayAndMayNot />
        </Section>
        <Section title="Signed-in agents">
          <AgentList ofEverybody />
        </Section>
      </div>
    </IntegrationPage>
  );
}

function Ways({ address }: { address: string }) {
  return (
    <ol className="flex flex-col gap-5">
      <li className="flex flex-col gap-1.5">
        <p className="font-medium">By its address</p>
        <p className="text-ink-2">
          Add a server of the kind “HTTP” or “connector” with this address. The agent opens a page of Millrace, where you choose what it may
          do.
        </p>
        <CopyLine text={address} label="Copy the address" />
      </li>
      <li className="flex flex-col gap-1.5">
        <p className="font-medium">By a command, on the machine that runs Millrace</p>
        <p className="text-ink-2">For agents that start a program. It works with the key of the command line.</p>
        <CopyLine text="millrace mcp" label="Copy the command" />
      </li>
      <li className="flex flex-col gap-1.5">
        <p className="font-medium">With an API key</p>
        <p className="text-ink-2">
          For an agent without a person, or one that cannot open a page: the same address, with an API key as “Authorization: Bearer”.{" "}
          <May scope="access:write" otherwise="An owner can make you a key.">
            <Link to="/people" className="underline decoration-line-strong underline-offset-3 hover:text-ink">
              Make one with the role and scopes it needs.
            </Link>
          </May>
        </p>
      </li>
    </ol>
  );
}

function MayAndMayNot() {
  return (
    <div className="grid gap-4 sm:grid-cols-2">
      <div className="rounded-lg border border-line bg-raised p-4">
        <p className="font-medium">It does by itself</p>
        <ul className="mt-1 flex list-disc flex-col gap-1 pl-4 text-ink-2">
          <li>Reads flows, runs and what went wrong</li>
          <li>Writes drafts, checks them and tries them in dry runs</li>
          <li>Looks up, adds and changes records, if you allow that</li>
        </ul>
      </div>
      <div className="rounded-lg border border-line bg-raised p-4">
        <p className="font-medium">You approve</p>
        <ul className="mt-1 flex list-disc flex-col gap-1 pl-4 text-ink-2">
          {needsPerson.map((item) => (
            <li key={item}>{capital(item)}</li>
          ))}
        </ul>
        <p className="mt-2 text-ink-2">It waits under Needs attention, with what would change.</p>
      </div>
    </div>
  );
}
