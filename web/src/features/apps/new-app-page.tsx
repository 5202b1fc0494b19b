import { useQuery } from "@tanstack/react-query";
import { getRouteApi, Link } from "@tanstack/react-router";
import { useState } from "react";
import type { AppDraft } from "#api/schemas.ts";
import { shortName } from "#kernel/short-name.ts";
import { ReadOnlyNotice } from "../../components/may.tsx";
import { BackLabel, backLinkClass, Page } from "../../components/page.tsx";
import { Button } from "../../components/ui/button.tsx";
import { Field, Input } from "../../components/ui/field.tsx";
import { useMay } from "../../lib/may.ts";
import { appsQuery } from "../../lib/queries.ts";
import { plural } from "../../lib/words.ts";
import { Ways } from "./apps-page.tsx";
import { freeId } from "./definition/edits.ts";
import { newDefinition, withOffers } from "./definition/from-draft.ts";
import type { EditedApp } from "./definition/types.ts";
import { Review } from "./import/review.tsx";
import { DocumentForm, RequestForm } from "./import/source-form.tsx";
import { useKeptEdits } from "./use-kept-edits.ts";

const route = getRouteApi("/apps/new");

const titles = { request: "Paste a request", document: "Import a document", hand: "By hand" } as const;

/** A new app: how it is to be described, and what was read of it. */
export function NewAppPage() {
  const { by } = route.useSearch();
  const [source, setSource] = useState<AppDraft | null>(null);
  const mayWrite = useMay("catalog:write");
  return (
    <Page
      title="Add an app"
      about={by === undefined ? "How do you want to describe it?" : titles[by]}
      back={
        <Link to={by === undefined ? "/apps" : "/apps/new"} className={backLinkClass} onClick={() => setSource(null)}>
          <BackLabel>{by === undefined ? "Your apps" : "Another way"}</BackLabel>
        </Link>
      }
    >
      <ReadOnlyNotice scope="catalog:write" />
      {mayWrite && (
        <>
          {by === undefined && <Ways />}
          {by === "request" && source === null && <RequestForm onRead={setSource} />}
          {by === "document" && source === null && <NewFromDocument onRead={setSource} />}
          {by === "hand" && <ByHand />}
          {(by === "request" || by === "document") && source !== null && <ReviewNew source={source} onBack={() => setSource(null)} />}
        </>
      )}
    </Page>
  );
}

function NewFromDocument({ onRead }: { onRead: (source: AppDraft) => void }) {
  const begin = useBegin();
  return <DocumentForm onRead={onRead} onExported={(definition) => begin({ definition, guesses: {} })} />;
}

/** Keeps a draft under a name that nothing has yet, and opens it. */
function useBegin(): (draft: EditedApp) => void {
  const keeper = useKeptEdits();
  const apps = useQuery(appsQuery()).data?.apps ?? [];
  const navigate = route.useNavigate();
  return (draft) => {
    if (keeper === null) return;
    const taken = new Set([...apps.map(({ id }) => id), ...keeper.all().map(([id]) => id), "new"]);
    const id = appIdOf(draft.definition.title, taken);
    keeper.keep(id, { ...draft, revision: null, at: Date.now() });
    const tab = (draft.definition.operations?.length ?? 0) > 0 ? "operations" : "app";
    void navigate({ to: "/apps/$app", params: { app: id }, search: { tab } });
  };
}

/** What flows call an app: its title as a name that no other app has. */
const appIdOf = (title: string, taken: ReadonlySet<string>): string => {
  const name = shortName(title, "app").slice(0, 36);
  const id = /^[a-z]/.test(name) ? name : `app-${name}`.slice(0, 36);
  return freeId(id, taken).replace("_", "-");
};

function ReviewNew({ source, onBack }: { source: AppDraft; onBack: () => void }) {
  const [title, setTitle] = useState(source.title.slice(0, 60));
  const begin = useBegin();
  return (
    <Review
      draft={source}
      above={
        <div className="max-w-96">
          <Field label="What the app is called">
            {(ids) => <Input {...ids} value={title} maxLength={60} onChange={({ target }) => setTitle(target.value)} />}
          </Field>
        </div>
      }
      actions={(wanted) => (
        <>
          <Button
            kind="primary"
            disabled={wanted.length === 0 || title.trim() === ""}
            onClick={() => begin(withOffers({ definition: newDefinition(source, title.trim()), guesses: guessesOfApp(source) }, wanted))}
          >
            Add {plural(wanted.length, "operation")}
          </Button>
          <Button onClick={onBack}>Read something else</Button>
        </>
      )}
    />
  );
}

const guessesOfApp = ({ guesses }: AppDraft): EditedApp["guesses"] => (guesses.length === 0 ? {} : { "": guesses });

function ByHand() {
  const [title, setTitle] = useState("");
  const [address, setAddress] = useState("");
  const begin = useBegin();
  return (
    <form
      noValidate
      aria-label="By hand"
      className="flex max-w-xl flex-col gap-4"
      onSubmit={(event) => {
        event.preventDefault();
        if (title.trim() === "") return;
        begin({
          definition: { title: title.trim(), ...(address.trim() !== "" && { baseUrl: address.trim() }), operations: [], triggers: [] },
          guesses: {},
        });
      }}
    >
      <Field label="What the app is called" required>
        {(ids) => (
          <Input {...ids} autoFocus maxLength={60} placeholder="Helpdesk" value={title} onChange={({ target }) => setTitle(target.value)} />
        )}
      </Field>
      <Field label="Address of its API" hint="The base URL of the API. You can fill it in later.">
        {(ids) => (
          <Input
            {...ids}
            type="url"
            placeholder="https://api.example.com/v1"
            value={address}
            onChange={({ target }) => setAddress(target.value)}
          />
        )}
      </Field>
      <span>
        <Button kind="primary" type="submit" disabled={title.trim() === ""}>
          Create app
        </Button>
      </span>
    </form>
  );
}
