import { useMutation, useQuery, useQueryClient } from "@tanstack/react-query";
import { Link, getRouteApi, useNavigate } from "@tanstack/react-router";
import { ArrowLeftRight } from "lucide-react";
import { ReadOnlyNotice } from "../../../components/may.tsx";
import { BackLabel, Page, backLinkClass } from "../../../components/page.tsx";
import { Button } from "../../../components/ui/button.tsx";
import { Icon } from "../../../components/ui/icon.tsx";
import { Problem } from "../../../components/ui/problem.tsx";
import { SkeletonCards } from "../../../components/ui/skeleton.tsx";
import { Loaded } from "../../../components/ui/state.tsx";
import { api } from "../../../lib/api.ts";
import { useApps } from "../../../lib/apps.ts";
import { useMay } from "../../../lib/may.ts";
import { messageOf } from "../../../lib/query.ts";
import { connectionsQuery, recordTypesQuery, syncQuery, syncsQuery } from "../../../lib/queries.ts";
import type { Side } from "../types.ts";
import { nameOfSync, sideWords } from "../use-side-words.ts";
import { type ChosenSide, isChosen, isSameList, readSide, sideText } from "./offers.ts";
import { OfferList } from "./offer-list.tsx";
import { SideChoice } from "./side-choice.tsx";

const route = getRouteApi("/syncs/new");

/** A new sync begins with its two sides; its fields and rules are proposed from them. */
export function NewSyncPage() {
  const connections = useQuery(connectionsQuery());
  return (
    <Page
      title="New sync"
      about="Choose what is to stay the same. Nothing is read or written before you have looked at it."
      back={
        <Link to="/syncs" className={backLinkClass}>
          <BackLabel>Syncs</BackLabel>
        </Link>
      }
    >
      <ReadOnlyNotice scope="flows:write" />
      <Loaded query={connections} skeleton={<SkeletonCards cards={2} />}>
        {() => <Choose />}
      </Loaded>
    </Page>
  );
}

function Choose() {
  const search = route.useSearch();
  const navigate = route.useNavigate();
  const mayWrite = useMay("flows:write");
  const chosen = { a: readSide(search.a), b: readSide(search.b) };
  const choose = (side: Side, next: ChosenSide) => void navigate({ search: (old) => ({ ...old, [side]: sideText(next) }), replace: true });
  const make = useMake();
  const isSame = isSameList(chosen);
  const isReady = isChosen(chosen.a) && isChosen(chosen.b) && !isSame;
  return (
    <form
      noValidate
      aria-label="New sync"
      className="flex max-w-4xl flex-col gap-6"
      onSubmit={(event) => {
        event.preventDefault();
        if (isReady && !make.isPending) make.mutate(chosen);
      }}
    >
      <div className="grid grid-cols-1 items-stretch gap-3 sm:grid-cols-[minmax(0,1fr)_auto_minmax(0,1fr)]">
        <SideChoice title="One side" chosen={chosen.a} onChange={(next) => choose("a", next)} />
        <Icon of={ArrowLeftRight} className="m-auto text-ink-3 max-sm:rotate-90" />
        <SideChoice title="The other side" chosen={chosen.b} onChange={(next) => choose("b", next)} />
      </div>
      {isSame && <Problem>Both sides are the same records. Choose another account or another kind of record on one of them.</Problem>}
      {make.error !== null && <Problem>{messageOf(make.error)}</Problem>}
      {mayWrite && (
        <div className="flex flex-wrap items-center gap-3">
          <Button kind="primary" type="submit" disabled={!isReady} busy={make.isPending}>
            Propose fields
          </Button>
          <p className="text-ink-3">Millrace pairs the fields that mean the same; you look at them next.</p>
        </div>
      )}
      {!isChosen(chosen.a) && !isChosen(chosen.b) && <OfferList />}
    </form>
  );
}

/** Makes the sync from what is proposed, as a draft, and opens it. */
function useMake() {
  const cache = useQueryClient();
  const navigate = useNavigate();
  const apps = useApps();
  const connections = useQuery(connectionsQuery()).data ?? [];
  const typesOf = ({ app, connection }: ChosenSide) => cache.getQueryData(recordTypesQuery(app, connection).queryKey);
  return useMutation({
    mutationFn: async ({ a, b }: Record<Side, ChosenSide>) => {
      const { definition } = await api.syncs.suggest({ body: { a, b } });
      const [wordsA, wordsB] = [a, b].map((side) => sideWords(side, apps, connections, typesOf(side)));
      return api.syncs.create({ body: { definition: { ...definition, name: nameOfSync(wordsA!, wordsB!) } } });
    },
    meta: { quiet: true },
    onSuccess: (sync) => {
      cache.setQueryData(syncQuery(sync.id).queryKey, sync);
      void cache.invalidateQueries({ queryKey: syncsQuery().queryKey, exact: true });
      void navigate({ to: "/syncs/$syncId", params: { syncId: sync.id }, search: { tab: "setup" } });
    },
  });
}
