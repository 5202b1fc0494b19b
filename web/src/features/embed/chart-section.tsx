import { useQuery } from "@tanstack/react-query";
import { useState } from "react";
import type { EmbedTokenInput } from "#api/schemas.ts";
import { Section } from "../../components/page.tsx";
import { May } from "../../components/may.tsx";
import { CopyButton } from "../../components/ui/copy.tsx";
import { Field, Select } from "../../components/ui/field.tsx";
import { SkeletonRows } from "../../components/ui/skeleton.tsx";
import { Loaded } from "../../components/ui/state.tsx";
import { chartPreviewQuery, connectionsQuery, embedOriginsQuery, flowsQuery } from "../../lib/queries.ts";
import { snippets } from "./snippets.ts";

/** What a chart is of, as the list's value says it: `flow:<id>`, `connection:<id>`, `subAccount:<id>`, or nothing for all flows. */
type Choice = string;
const days = ["7", "30", "90", "365"] as const;

/** A chart is chosen, seen, and taken along as two pieces of code. */
export function ChartSection() {
  return (
    <May scope="connections:write">
      <Section title="Show a chart in your product" className="mt-10">
        <p className="mb-3 max-w-3xl text-ink-2">
          Your customers see how many runs there were each day, in a frame on your own page. Choose what it shows, look at it, and copy the
          code.
        </p>
        <Chooser />
      </Section>
    </May>
  );
}

function Chooser() {
  const [of, setOf] = useState<Choice>("");
  const [range, setRange] = useState<string>("30");
  const zone = Intl.DateTimeFormat().resolvedOptions().timeZone;
  const [kind, id] = of.split(/:(.*)/s);
  const chart: Omit<EmbedTokenInput, "origin"> = { chart: "runs", ...(id !== undefined && { [kind!]: id }), days: Number(range), zone };
  return (
    <>
      <div className="mb-4 flex flex-wrap gap-4">
        <Field label="Runs of">{(ids) => <ScopeSelect ids={ids} value={of} onChange={setOf} />}</Field>
        <Field label="Days">
          {(ids) => (
            <Select {...ids} value={range} onChange={(event) => setRange(event.target.value)}>
              {days.map((each) => (
                <option key={each} value={each}>
                  Last {each} days
                </option>
              ))}
            </Select>
          )}
        </Field>
      </div>
      <Preview chart={chart} />
      <Snippets chart={chart} />
    </>
  );
}

function ScopeSelect({ ids, value, onChange }: { ids: object; value: Choice; onChange: (value: Choice) => void }) {
  const flows = useQuery(flowsQuery()).data ?? [];
  const connections = useQuery(connectionsQuery()).data ?? [];
  const subAccounts = new Map(connections.flatMap(({ locationId, title }) => (locationId ? [[locationId, title] as const] : [])));
  return (
    <Select {...ids} value={value} className="max-w-full" onChange={(event) => onChange(event.target.value)}>
      <option value="">All flows</option>
      <optgroup label="A sub-account: flows that work there only">
        {[...subAccounts].map(([id, title]) => (
          <option key={id} value={`subAccount:${id}`}>
            {title}
          </option>
        ))}
      </optgroup>
      <optgroup label="A connection: flows that use it">
        {connections.map(({ id, title }) => (
          <option key={id} value={`connection:${id}`}>
            {title}
          </option>
        ))}
      </optgroup>
      <optgroup label="One flow">
        {flows.map(({ id, name }) => (
          <option key={id} value={`flow:${id}`}>
            {name}
          </option>
        ))}
      </optgroup>
    </Select>
  );
}

/** The page that customers will see, in a frame as in the product. */
function Preview({ chart }: { chart: Omit<EmbedTokenInput, "origin"> }) {
  const token = useQuery(chartPreviewQuery({ ...chart, origin: window.location.origin }));
  return (
    <Loaded query={token} skeleton={<SkeletonRows rows={4} />}>
      {({ url }) => (
        <iframe
          key={url}
          title="Preview of the chart"
          src={onThisAddress(url)}
          className="h-[25rem] w-full rounded-lg border border-line bg-canvas"
        />
      )}
    </Loaded>
  );
}

/** The public address may be another one than that under which this page is open. */
const onThisAddress = (url: string): string => {
  const { pathname, search, hash } = new URL(url);
  return pathname + search + hash;
};

function Snippets({ chart }: { chart: Omit<EmbedTokenInput, "origin"> }) {
  const origins = useQuery(embedOriginsQuery()).data ?? [];
  const origin = origins[0]?.origin;
  const { server, browser } = snippets(window.location.origin, { ...chart, origin: origin ?? "https://app.example.com" });
  return (
    <div className="mt-4 flex flex-col gap-4">
      {origin === undefined && (
        <p className="text-ink-2">Add your product's address above first: a chart is only shown on the pages of an allowed address.</p>
      )}
      <Snippet title="On your server: ask for the chart, with an API key" text={server} />
      <Snippet title="On your page: show it" text={browser} />
    </div>
  );
}

function Snippet({ title, text }: { title: string; text: string }) {
  return (
    <div>
      <div className="mb-1 flex items-center justify-between gap-3">
        <h3 className="font-medium">{title}</h3>
        <CopyButton text={text} label={`Copy: ${title}`} />
      </div>
      <pre
        tabIndex={0}
        role="region"
        aria-label={title}
        className="overflow-x-auto rounded-lg border border-line bg-sunken p-3 font-mono text-meta"
      >
        {text}
      </pre>
    </div>
  );
}
