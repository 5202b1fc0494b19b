import { useMutation, useQuery, useQueryClient } from "@tanstack/react-query";
import { Globe, Trash2 } from "lucide-react";
import { useState } from "react";
import { toast } from "sonner";
import type { EmbedOrigin } from "#api/schemas.ts";
import { May } from "../../components/may.tsx";
import { IntegrationPage } from "../../components/integration-page.tsx";
import { Section } from "../../components/page.tsx";
import { Time } from "../../components/time.tsx";
import { Button, IconButton } from "../../components/ui/button.tsx";
import { CopyLine } from "../../components/ui/copy.tsx";
import { Field, Input } from "../../components/ui/field.tsx";
import { Icon } from "../../components/ui/icon.tsx";
import { Problem } from "../../components/ui/problem.tsx";
import { SkeletonRows } from "../../components/ui/skeleton.tsx";
import { Loaded } from "../../components/ui/state.tsx";
import { api } from "../../lib/api.ts";
import { fieldErrors } from "../../lib/field-error.ts";
import { embedOriginsQuery } from "../../lib/queries.ts";
import { ChartSection } from "./chart-section.tsx";
import { OpenLinks } from "./open-links.tsx";

/** What a vendor builds into their own product, so that their customers connect accounts without an account here. */
export function EmbedPage() {
  return (
    <IntegrationPage
      title="Embed"
      about="Your customers connect their own accounts from your product, and see charts in it. They need no account here."
    >
      <Origins />
      <Steps />
      <OpenLinks />
      <ChartSection />
    </IntegrationPage>
  );
}

function Origins() {
  const query = useQuery(embedOriginsQuery());
  return (
    <Section title="Allowed origins">
      <p className="mb-3 max-w-3xl text-ink-2">
        After a customer has connected, the browser is sent back to your product. It is only ever sent to these origins, and only their
        pages can show charts.
      </p>
      <Loaded query={query} skeleton={<SkeletonRows rows={2} />}>
        {(origins) =>
          origins.length === 0 ? (
            <p className="mb-4 text-ink-3">There is none yet.</p>
          ) : (
            <ul aria-label="Allowed origins" className="mb-4 rounded-lg border border-line bg-raised">
              {origins.map((origin) => (
                <OriginRow key={origin.origin} of={origin} />
              ))}
            </ul>
          )
        }
      </Loaded>
      <May scope="connections:write">
        <AddOrigin />
      </May>
    </Section>
  );
}

function useOrigins() {
  const cache = useQueryClient();
  return ({ origins }: { origins: EmbedOrigin[] }) => cache.setQueryData(embedOriginsQuery().queryKey, origins);
}

function OriginRow({ of: { origin, addedAt } }: { of: EmbedOrigin }) {
  const show = useOrigins();
  const remove = useMutation({
    mutationFn: () => api.embedOrigins.remove({ origin }),
    onSuccess: (reply) => {
      show(reply);
      toast.success(`${origin} removed`);
    },
  });
  return (
    <li className="flex items-center gap-3 border-b border-line px-4 py-2.5 last:border-b-0">
      <Icon of={Globe} className="shrink-0 text-ink-3" />
      <div className="min-w-0 flex-1">
        <p className="font-mono break-all">
          <bdi>{origin}</bdi>
        </p>
        <p className="text-meta text-ink-3">
          Added <Time at={addedAt} />
        </p>
      </div>
      <May scope="connections:write">
        <IconButton small label={`Remove ${origin}`} onClick={() => remove.mutate()}>
          <Icon of={Trash2} size={14} />
        </IconButton>
      </May>
    </li>
  );
}

function AddOrigin() {
  const [origin, setOrigin] = useState("");
  const show = useOrigins();
  const add = useMutation({
    mutationFn: () => api.embedOrigins.add({ body: { origin: origin.trim() } }),
    meta: { quiet: true },
    onSuccess: (reply) => {
      show(reply);
      setOrigin("");
    },
  });
  const { form, at } = fieldErrors(add.error, ["origin"]);
  const ready = origin.trim() !== "";
  return (
    <form
      noValidate
      className="flex max-w-xl flex-col gap-3"
      onSubmit={(event) => {
        event.preventDefault();
        if (ready && !add.isPending) add.mutate();
      }}
    >
      <Field label="Origin" hint="The address of your product without a path: https://app.example.com" error={at.origin}>
        {(ids) => (
          <Input
            {...ids}
            value={origin}
            maxLength={300}
            inputMode="url"
            placeholder="https://app.example.com"
            className="font-mono"
            onChange={(event) => setOrigin(event.target.value)}
          />
        )}
      </Field>
      {form !== undefined && <Problem>{form}</Problem>}
      <Button kind="primary" type="submit" className="self-start" disabled={!ready} busy={add.isPending}>
        Add origin
      </Button>
    </form>
  );
}

/** What the vendor's developer does with it. */
function Steps() {
  return (
    <Section title="How your product uses it" className="mt-10">
      <ol className="flex max-w-3xl list-decimal flex-col gap-3 pl-5 text-body text-ink-2 marker:text-ink-3">
        <li>
          Your server asks for a connect link with an API key. It names the app, what the new connection is called, and a page to return to.
        </li>
        <li>
          Your page loads the widget and opens the link from a click:
          <div className="mt-2">
            <CopyLine text={`<script src="${window.location.origin}/embed/connect.js"></script>`} label="Copy the script tag" />
          </div>
        </li>
        <li>The customer signs in at the app, or enters a key, in a window of their own.</li>
        <li>The window returns to your page and closes, and your page is given the name of the new connection.</li>
      </ol>
      <p className="mt-4">
        <a href="/docs/embed.md" className="rounded-sm font-medium text-accent-ink hover:underline">
          Read the developer's guide
        </a>
      </p>
    </Section>
  );
}
