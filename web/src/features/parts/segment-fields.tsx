import { keepPreviousData, useQuery } from "@tanstack/react-query";
import { useMemo, useState } from "react";
import type { Rule } from "#api/schemas.ts";
import { Select } from "../../components/ui/field.tsx";
import { api } from "../../lib/api.ts";
import { useMay } from "../../lib/may.ts";
import { messageOf } from "../../lib/query.ts";
import { connectionsQuery, flowsQuery } from "../../lib/queries.ts";
import { useSettled } from "../../lib/use-settled.ts";
import { plural } from "../../lib/words.ts";
import { ConditionField } from "../flow-editor/conditions/condition-field.tsx";
import { peopleQuery, peopleSources, type People, type PeopleSource } from "./people.ts";
import { nameOf, personData } from "./person-data.ts";
import { missingIn, ruleOf, type RuleDraft } from "./rule-draft.ts";
import { membership, type Membership } from "./segment-words.ts";

const nobody: People = { people: [], fieldNames: new Map() };

/** Who is in a segment: its conditions, and beside them whom they hold for. */
export function SegmentFields({ draft, change }: { draft: RuleDraft; change: (patch: Partial<RuleDraft>) => void }) {
  const mayRead = useMay("operations:call");
  const mayWrite = useMay("flows:write");
  const connections = useQuery({ ...connectionsQuery(), enabled: mayRead }).data ?? [];
  const flows = useQuery(flowsQuery()).data ?? [];
  const sources = peopleSources(mayRead ? connections : [], flows);
  const [chosen, choose] = useState<string | null>(null);
  const source = sources.find(({ id }) => id === chosen) ?? sources[0];
  const query = useQuery({ ...peopleQuery(source ?? nowhere), enabled: source !== undefined });
  const { people, fieldNames } = query.data ?? nobody;
  const data = useMemo(() => personData(people, fieldNames), [people, fieldNames]);
  return (
    <>
      <fieldset disabled={!mayWrite} className="contents disabled:[&_button]:hidden">
        <ConditionField label="Who is in it" value={draft.condition} onChange={(condition) => change({ condition })} data={data} />
      </fieldset>
      <section aria-label="Try it" className="flex flex-col gap-2 rounded-lg bg-sunken p-4">
        <h3 className="font-medium">Try it</h3>
        {source === undefined ? (
          <p className="text-ink-2">Connect HighLevel, or make a flow that has received events, to see here who is in the segment.</p>
        ) : (
          <div className="grid grid-cols-1 items-start gap-x-4 gap-y-2 sm:grid-cols-2">
            <Select aria-label="Whom to try it with" value={source.id} onChange={(event) => choose(event.target.value)}>
              {sources.map(({ id, title }) => (
                <option key={id} value={id}>
                  {title}
                </option>
              ))}
            </Select>
            <output aria-label="Who is in it now" className="min-h-8 py-1.5 break-words">
              {query.error ? (
                <span className="text-failure">{messageOf(query.error)}</span>
              ) : query.data === undefined ? (
                <span className="text-ink-3">Reading …</span>
              ) : (
                <Count draft={draft} source={source} people={people} />
              )}
            </output>
          </div>
        )}
      </section>
    </>
  );
}

const nowhere: PeopleSource = { id: "", title: "", word: "contact" };

interface CountProps {
  draft: RuleDraft;
  source: PeopleSource;
  people: People["people"];
}

/** How many of the records are in the segment as it is written now. */
function Count({ draft, source, people }: CountProps) {
  const titled = { ...draft, title: draft.title.trim() || "It" };
  const rule = useSettled(missingIn(titled) === null ? ruleOf(titled) : null);
  if (people.length === 0) return <span className="text-ink-2">{`There is no ${source.word} to try it with.`}</span>;
  if (rule === null) return <span className="text-ink-3">{`${plural(people.length, source.word)} to try it with.`}</span>;
  return <Counted rule={rule} source={source} people={people} />;
}

function Counted({ rule, source, people }: Omit<CountProps, "draft"> & { rule: Rule }) {
  const query = useQuery({
    queryKey: ["rules", "try", rule, source.id, people.length],
    queryFn: async () => membership((await api.rules.try({ body: { rule, values: people as never[] } })).results, people.map(nameOf)),
    placeholderData: keepPreviousData,
    retry: false,
    staleTime: Infinity,
    gcTime: 0,
  });
  if (query.error) return <span className="text-failure">{messageOf(query.error)}</span>;
  return query.data ? <Members {...query.data} word={source.word} /> : null;
}

function Members({ says, of, names, problem, word }: Membership & { word: string }) {
  return (
    <>
      <span className="font-medium">{says}</span> of the last {plural(of, word)} {says === "1" ? "is" : "are"} in it.
      {names !== "" && <bdi className="block text-ink-2">{names}</bdi>}
      {problem !== null && <span className="block text-failure">{problem}</span>}
    </>
  );
}
