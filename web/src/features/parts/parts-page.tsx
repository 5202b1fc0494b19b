import { useQuery } from "@tanstack/react-query";
import { Link, Outlet, getRouteApi, useMatchRoute } from "@tanstack/react-router";
import { ListChecks, Plus, Shapes } from "lucide-react";
import { useDeferredValue, type ReactNode } from "react";
import type { MappingView, RuleView } from "#api/schemas.ts";
import { May } from "../../components/may.tsx";
import { AppMark } from "../../components/app-mark.tsx";
import { BackLabel, Page, backLinkClass } from "../../components/page.tsx";
import { Button } from "../../components/ui/button.tsx";
import { Icon } from "../../components/ui/icon.tsx";
import { Menu, MenuItem } from "../../components/ui/menu.tsx";
import { SearchInput } from "../../components/ui/search-input.tsx";
import { SkeletonRows } from "../../components/ui/skeleton.tsx";
import { Empty, Loaded } from "../../components/ui/state.tsx";
import { cx } from "../../lib/cx.ts";
import { stepRow, useKeys } from "../../lib/keys.ts";
import { mappingsQuery, rulesQuery } from "../../lib/queries.ts";
import { useNames } from "../../lib/use-names.ts";
import { plural } from "../../lib/words.ts";
import { ImportParts } from "./import-parts.tsx";
import { kindNames, ruleKinds } from "./kinds.ts";

const route = getRouteApi("/rules");

/** What flows share: rules and mapping templates at the left, one of them beside the list. */
export function PartsPage() {
  const query = useQuery(rulesQuery());
  const mappings = useQuery(mappingsQuery()).data ?? [];
  const isEmpty = query.data?.length === 0 && mappings.length === 0;
  const isChosen = useIsChosen();
  return (
    <Page
      title="Rules and mappings"
      about={
        <p className={cx(isChosen && "max-lg:hidden")}>
          What your flows share: rules that turn one value into another, and mapping templates that fill a step's fields.
        </p>
      }
      actions={
        <div className={cx("flex gap-2", isChosen && "max-lg:hidden")}>
          <May scope="flows:write">
            <Actions />
          </May>
        </div>
      }
      wide
      back={
        isChosen && (
          <Link to="/rules" className={cx(backLinkClass, "lg:hidden")}>
            <BackLabel>Rules and mappings</BackLabel>
          </Link>
        )
      }
    >
      <Loaded query={query} skeleton={<SkeletonRows rows={6} />}>
        {(rules) =>
          isEmpty && !isChosen ? (
            <Nothing />
          ) : (
            <div className="grid grid-cols-1 gap-8 lg:grid-cols-[20rem_minmax(0,1fr)]">
              <div className={cx(isChosen && "max-lg:hidden")}>
                <List rules={rules} mappings={mappings} />
              </div>
              <div className={cx("min-w-0", !isChosen && "max-lg:hidden")}>
                <Outlet />
              </div>
            </div>
          )
        }
      </Loaded>
    </Page>
  );
}

/** Whether one is open, or being made: on a phone the list makes room for it. */
function useIsChosen(): boolean {
  const match = useMatchRoute();
  const making = route.useSearch().new !== undefined;
  return match({ to: "/rules/$rule" }) !== false || match({ to: "/rules/mapping/$mapping" }) !== false || making;
}

function Actions() {
  const navigate = route.useNavigate();
  return (
    <>
      <ImportParts />
      <Menu
        trigger={
          <Button kind="primary" icon={<Icon of={Plus} size={14} />}>
            New
          </Button>
        }
      >
        {kindNames.map((kind) => (
          <MenuItem key={kind} icon={ruleKinds[kind].icon} onSelect={() => void navigate({ to: "/rules", search: { new: kind } })}>
            {ruleKinds[kind].title}
          </MenuItem>
        ))}
        <MenuItem icon={ListChecks} onSelect={() => void navigate({ to: "/rules", search: { new: "mapping" } })}>
          Mapping template
        </MenuItem>
      </Menu>
    </>
  );
}

function Nothing() {
  return (
    <Empty
      icon={Shapes}
      action={
        <May scope="flows:write">
          <Button asChild kind="primary">
            <Link to="/rules" search={{ new: "table" }}>
              Make a look-up table
            </Link>
          </Button>
        </May>
      }
    >
      A rule turns one value into another, in as many flows as you like: a score into a tag, a service into a pipeline stage. Change it
      once, and it counts in all of them.
    </Empty>
  );
}

function List({ rules, mappings }: { rules: readonly RuleView[]; mappings: readonly MappingView[] }) {
  const search = route.useSearch();
  const navigate = route.useNavigate();
  const words = useDeferredValue((search.q ?? "").toLowerCase());
  const fits = (part: { title: string; name: string }) => `${part.title} ${part.name}`.toLowerCase().includes(words);
  const [foundRules, foundMappings] = [rules.filter(fits), mappings.filter(fits)];
  useKeys({ j: () => stepRow(1), k: () => stepRow(-1) });
  return (
    <div className="flex flex-col gap-4 lg:sticky lg:top-6">
      <SearchInput
        label="Find a rule or a mapping template"
        placeholder="Find a rule or mapping"
        value={search.q ?? ""}
        onChange={(q) => void navigate({ search: (old) => ({ ...old, q: q || undefined }), replace: true, resetScroll: false })}
      />
      {foundRules.length + foundMappings.length === 0 && (
        <p className="px-2 text-ink-2">{words === "" ? "There is none yet." : "Nothing matches."}</p>
      )}
      {foundRules.length > 0 && (
        <Group title="Rules">
          {foundRules.map((rule) => (
            <RuleLine key={rule.name} rule={rule} />
          ))}
        </Group>
      )}
      {foundMappings.length > 0 && (
        <Group title="Mapping templates">
          {foundMappings.map((mapping) => (
            <MappingLine key={mapping.name} mapping={mapping} />
          ))}
        </Group>
      )}
    </div>
  );
}

function Group({ title, children }: { title: string; children: ReactNode }) {
  return (
    <section aria-label={title}>
      <h2 className="px-2 pb-1 text-meta font-medium text-ink-3">{title}</h2>
      <ul>{children}</ul>
    </section>
  );
}

const line =
  "flex min-h-12 items-center gap-2.5 rounded-md px-2 py-1.5 transition-colors -outline-offset-1 hover:bg-hover data-[status=active]:bg-selected";

function RuleLine({ rule }: { rule: RuleView }) {
  const { title, icon } = ruleKinds[rule.kind];
  const size = rule.kind === "format" || rule.kind === "script" ? title : `${title}, ${plural(rule.rows, "row")}`;
  return (
    <li>
      <Link to="/rules/$rule" params={{ rule: rule.name }} search={(old) => ({ q: old.q })} data-row className={line} resetScroll={false}>
        <span className="grid size-7 shrink-0 place-items-center rounded-md bg-neutral-soft text-ink-2">
          <Icon of={icon} />
        </span>
        <LineText title={rule.title} note={`${size} · ${usedIn(rule.flows)}`} />
      </Link>
    </li>
  );
}

function MappingLine({ mapping }: { mapping: MappingView }) {
  const names = useNames();
  return (
    <li>
      <Link
        to="/rules/mapping/$mapping"
        params={{ mapping: mapping.name }}
        search={(old) => ({ q: old.q })}
        data-row
        className={line}
        resetScroll={false}
      >
        <AppMark app={mapping.app} size={28} />
        <LineText
          title={mapping.title}
          note={`${names.operation(mapping.app, mapping.operation)} · ${plural(mapping.fields.length, "field")}`}
        />
      </Link>
    </li>
  );
}

function LineText({ title, note }: { title: string; note: string }) {
  return (
    <span className="min-w-0 flex-1">
      <bdi className="block truncate" title={title}>
        {title}
      </bdi>
      <span className="block truncate text-meta text-ink-3">{note}</span>
    </span>
  );
}

const usedIn = (flows: number): string => (flows === 0 ? "not used" : plural(flows, "flow"));
