import { useMutation, useQuery } from "@tanstack/react-query";
import { Download } from "lucide-react";
import { type ReactNode, useState } from "react";
import { addresses } from "#api/addresses.ts";
import { requestOf } from "#api/client.ts";
import { IntegrationPage } from "../../components/integration-page.tsx";
import { Section } from "../../components/page.tsx";
import { Button } from "../../components/ui/button.tsx";
import { CopyLine } from "../../components/ui/copy.tsx";
import { Icon } from "../../components/ui/icon.tsx";
import { Problem } from "../../components/ui/problem.tsx";
import { SkeletonRows } from "../../components/ui/skeleton.tsx";
import { Loaded } from "../../components/ui/state.tsx";
import { fetchFile } from "../../lib/api.ts";
import { downloadFile } from "../../lib/download.ts";
import { messageOf } from "../../lib/query.ts";
import { catalogQuery } from "../../lib/queries.ts";
import { plural } from "../../lib/words.ts";
import { ChooseCategories } from "./choose-categories.tsx";
import { categoryKey, familiesOf, keysOf, type Family } from "./families.ts";
import { KeyAdvice, OnlyHereAdvice } from "./parts.tsx";

/** Downloads the catalog as a private Zapier app, and says how to put it there. */
export function ZapierPage() {
  const query = useQuery(catalogQuery());
  return (
    <IntegrationPage
      title="Zapier"
      about="Your operations as a private Zapier app: triggers, searches and actions, with drop-downs of your own tags, calendars and custom fields."
    >
      <Loaded query={query} skeleton={<SkeletonRows rows={10} />}>
        {(entries) => <Project families={familiesOf(entries)} />}
      </Loaded>
    </IntegrationPage>
  );
}

function Project({ families }: { families: readonly Family[] }) {
  const [left, setLeft] = useState<ReadonlySet<string> | null>(null);
  const all = keysOf(families);
  const chosen = left ?? new Set(all);
  return (
    <div className="flex max-w-3xl flex-col gap-8">
      <Step title="Choose what goes in">
        <ChooseCategories families={families} chosen={chosen} onChange={setLeft} />
        <DownloadButton families={families} chosen={chosen} isAll={chosen.size === all.length} />
      </Step>
      <Step title="Make an API key for Zapier">
        <KeyAdvice permissions={permissions} />
      </Step>
      <PushSection />
      <ConnectSection />
    </div>
  );
}

function Step({ title, children }: { title: string; children: ReactNode }) {
  return (
    <Section title={title}>
      <div className="flex flex-col gap-3">{children}</div>
    </Section>
  );
}

function DownloadButton({ families, chosen, isAll }: { families: readonly Family[]; chosen: ReadonlySet<string>; isAll: boolean }) {
  const query = isAll ? {} : { categories: [...chosen].join(",") };
  const save = useMutation({
    mutationFn: () => fetchFile(requestOf(addresses.exports.zapier, { query })),
    onSuccess: ({ name, content }) => downloadFile(name, content),
  });
  const count = families
    .flatMap(({ app, categories }) => categories.filter(({ name }) => chosen.has(categoryKey(app, name))))
    .reduce((sum, category) => sum + category.count, 0);
  return (
    <div className="mt-3 flex flex-col gap-3">
      <div className="flex flex-wrap items-center gap-3">
        <Button
          kind="primary"
          icon={<Icon of={Download} size={14} />}
          busy={save.isPending}
          disabled={count === 0}
          onClick={() => save.mutate()}
        >
          Download Zapier project
        </Button>
        <p className="text-ink-2" aria-live="polite">
          {count === 0 ? "Choose at least one category." : plural(count, "operation or trigger", "operations and triggers")}
        </p>
      </div>
      {save.isError && <Problem>{messageOf(save.error)}</Problem>}
      {save.isSuccess && <p role="status">Downloaded. Unpack the zip file, then go on below.</p>}
    </div>
  );
}

const permissions = [
  "See connections, without their secrets",
  "See apps and operations",
  "Call operations of the connected apps",
  "Send events to other tools",
];

const commands: readonly [string, string][] = [
  ["npm install", "Copy the command that installs"],
  ["npx zapier-platform-cli login", "Copy the command that signs in"],
  ['npx zapier-platform-cli register "Millrace"', "Copy the command that registers"],
  ["npx zapier-platform-cli push", "Copy the command that pushes"],
];

function PushSection() {
  return (
    <Step title="Push it to your Zapier account">
      <p className="text-ink-2">In the unpacked folder, on a machine with Node.js. The app stays private until you invite others.</p>
      <ol className="flex flex-col gap-2">
        {commands.map(([command, label]) => (
          <li key={command}>
            <CopyLine text={command} label={label} />
          </li>
        ))}
      </ol>
    </Step>
  );
}

function ConnectSection() {
  const { origin } = window.location;
  return (
    <Step title="Connect it in Zapier">
      <p className="text-ink-2">Choose your app in a Zap. It asks for the API key, and for the address of this Millrace:</p>
      <CopyLine text={origin} label="Copy the address" />
      <OnlyHereAdvice who="Zapier" />
      <p className="text-ink-2">
        While a Zap waits for events, it has a flow in the folder Zapier. There you see each delivery. Turning the Zap off removes the flow;
        where its address was entered in an app by hand, the flow is paused and keeps the address.
      </p>
    </Step>
  );
}
