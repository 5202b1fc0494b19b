import { useQuery } from "@tanstack/react-query";
import { getRouteApi } from "@tanstack/react-router";
import { SkeletonCards } from "../../components/ui/skeleton.tsx";
import { Loaded } from "../../components/ui/state.tsx";
import { ruleQuery } from "../../lib/queries.ts";
import { RuleEditor } from "./rule-editor.tsx";

const route = getRouteApi("/rules/$rule");

/** One rule. What somebody is writing stays theirs when another person saves: their own save says so. */
export function RulePage() {
  const { rule: name } = route.useParams();
  const query = useQuery({ ...ruleQuery(name), refetchOnWindowFocus: false });
  return (
    <Loaded query={query} skeleton={<SkeletonCards cards={2} />}>
      {(rule) => <RuleEditor key={rule.name} saved={rule} />}
    </Loaded>
  );
}
