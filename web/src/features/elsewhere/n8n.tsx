import { useQuery } from "@tanstack/react-query";
import { addresses } from "#api/addresses.ts";
import { requestOf } from "#api/client.ts";
import type { CatalogEntry } from "#api/schemas.ts";
import { IntegrationPage } from "../../components/integration-page.tsx";
import { Section } from "../../components/page.tsx";
import { CopyLine } from "../../components/ui/copy.tsx";
import { SkeletonRows } from "../../components/ui/skeleton.tsx";
import { Loaded } from "../../components/ui/state.tsx";
import { catalogQuery } from "../../lib/queries.ts";
import { PackageDownload } from "./package-download.tsx";
import { appsOf, CopyBlock, KeyAdvice, OnlyHereAdvice } from "./parts.tsx";

/** Downloads the catalog as nodes for n8n, and says how to install them. */
export function N8nPage() {
  const query = useQuery(catalogQuery());
  return (
    <IntegrationPage
      title="n8n"
      about="Your operations and triggers as nodes for n8n, with lists of your own connections, users and custom fields to choose from."
    >
      <Loaded query={query} skeleton={<SkeletonRows rows={10} />}>
        {(entries) => <Steps entries={entries} />}
      </Loaded>
    </IntegrationPage>
  );
}

const permissions = ["See connections, without their secrets", "Call operations of the connected apps", "Send events to other tools"];

const install = `cd n8n-nodes-millrace && npm pack
cd ~/.n8n/nodes && npm install /path/to/n8n-nodes-millrace-*.tgz`;

function Steps({ entries }: { entries: readonly CatalogEntry[] }) {
  const { origin } = window.location;
  return (
    <div className="flex max-w-3xl flex-col gap-8">
      <Section title="Download the nodes">
        <p className="text-ink-2">
          A package with two nodes: Millrace calls operations, Millrace Trigger starts workflows. It contains no key. Download it again when
          your apps change.
        </p>
        <PackageDownload what="nodes" apps={appsOf(entries)} fileAt={(app) => requestOf(addresses.exports.n8n, { query: { apps: app } })} />
      </Section>
      <Section title="Install them">
        <p className="mb-2 text-ink-2">On the machine of n8n, where the zip file is unpacked. Then restart n8n.</p>
        <CopyBlock text={install} label="Copy the commands" />
      </Section>
      <Section title="Make an API key for n8n">
        <KeyAdvice permissions={permissions} />
      </Section>
      <Section title="Connect them">
        <p className="mb-2 text-ink-2">Add a credential “Millrace API” in n8n. It takes the API key, and the address of this Millrace:</p>
        <CopyLine text={origin} label="Copy the address" />
        <OnlyHereAdvice who="n8n" />
      </Section>
    </div>
  );
}
