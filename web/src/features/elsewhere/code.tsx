import { useQuery } from "@tanstack/react-query";
import { addresses } from "#api/addresses.ts";
import { requestOf } from "#api/client.ts";
import type { CatalogEntry } from "#api/schemas.ts";
import { IntegrationPage } from "../../components/integration-page.tsx";
import { Section } from "../../components/page.tsx";
import { SkeletonRows } from "../../components/ui/skeleton.tsx";
import { Loaded } from "../../components/ui/state.tsx";
import { catalogQuery, connectionsQuery } from "../../lib/queries.ts";
import { clientText, curlText, exampleOf } from "./example-call.ts";
import { PackageDownload } from "./package-download.tsx";
import { appsOf, CopyBlock, KeyAdvice, OnlyHereAdvice } from "./parts.tsx";

/** The operations for programs: over HTTP, and as a typed client. */
export function CodePage() {
  const query = useQuery(catalogQuery());
  return (
    <IntegrationPage
      title="Your own code"
      about="Call every operation from a program: over HTTP, or with a typed TypeScript client made from your catalog."
    >
      <Loaded query={query} skeleton={<SkeletonRows rows={10} />}>
        {(entries) => <Ways entries={entries} />}
      </Loaded>
    </IntegrationPage>
  );
}

function Ways({ entries }: { entries: readonly CatalogEntry[] }) {
  const { data: connections = [] } = useQuery(connectionsQuery());
  const example = exampleOf(entries, connections);
  return (
    <div className="flex max-w-3xl flex-col gap-8">
      <Section title="Make an API key">
        <KeyAdvice permissions={["See apps and operations", "Call operations of the connected apps"]} />
      </Section>
      {example && (
        <Section title="Call an operation over HTTP">
          <p className="mb-2 text-ink-2">
            Each operation has its own address. A connection goes by its name, and a key in Idempotency-Key makes a call safe to repeat. Put
            your API key into MILLRACE_API_KEY first.
          </p>
          <CopyBlock text={curlText(window.location.origin, example)} label="Copy the call" />
          <OnlyHereAdvice who="Programs" />
          <p className="mt-3 text-ink-2">
            Every operation with its fields is in{" "}
            <a href="/api/docs?of=operations" className="rounded-sm underline decoration-line-strong underline-offset-2">
              the reference
            </a>
            , which is made of an OpenAPI document of your catalog.
          </p>
        </Section>
      )}
      <Section title="Or install the TypeScript client">
        <p className="text-ink-2">
          A package without dependencies. It knows your operations, their fields and their outputs, tries again where that is safe, and
          turns errors into classes. Download it again when your apps change.
        </p>
        <PackageDownload
          what="client"
          apps={appsOf(entries)}
          fileAt={(app) => requestOf(addresses.exports.client, { query: { apps: app } })}
        />
        {example && (
          <div className="mt-3 flex flex-col gap-2">
            <CopyBlock text="npm install ./millrace-client" label="Copy the command that installs" />
            <CopyBlock text={clientText(window.location.origin, example)} label="Copy the example" />
          </div>
        )}
      </Section>
    </div>
  );
}
