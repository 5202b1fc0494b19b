import { Archive, Merge, MoreHorizontal, Palette, PencilLine, Trash2 } from "lucide-react";
import { useState } from "react";
import type { TagList, TagView } from "#api/schemas.ts";
import { FilterBar } from "../../components/filter-bar.tsx";
import { Time } from "../../components/time.tsx";
import { Button, IconButton } from "../../components/ui/button.tsx";
import { Checkbox } from "../../components/ui/checkbox.tsx";
import { Select } from "../../components/ui/field.tsx";
import { Icon } from "../../components/ui/icon.tsx";
import { Menu, MenuItem } from "../../components/ui/menu.tsx";
import { SearchInput } from "../../components/ui/search-input.tsx";
import { cx } from "../../lib/cx.ts";
import { useMay } from "../../lib/may.ts";
import { count, plural } from "../../lib/words.ts";
import type { Deed } from "./deed-dialog.tsx";
import { Describe } from "./describe.tsx";
import { shownTags, type TagsSearch, type TagsShown } from "./search.ts";
import { TagName } from "./tag-name.tsx";

type Kind = TagList["kinds"][number];

interface TagTableProps {
  list: TagList;
  kind: Kind;
  search: TagsSearch;
  onNarrow: (patch: TagsSearch) => void;
  onDeed: (deed: Deed) => void;
}

/** So many rows are drawn at first, and more with each press. */
const rowsAtOnce = 100;

/** The tags of one kind, to be found, ticked and changed. */
export function TagTable({ list, kind, search, onNarrow, onDeed }: TagTableProps) {
  const [ticked, setTicked] = useState<ReadonlySet<string>>(new Set());
  const [most, setMost] = useState(rowsAtOnce);
  const mayChange = useMay("flows:write") && kind.readOnly === null;
  const tags = shownTags(
    list.tags.filter((tag) => tag.kind === kind.id),
    search,
  );
  const shown = tags.slice(0, most);
  const names = tags.map(({ name }) => name).filter((name) => ticked.has(name));
  const tick = (name: string, on: boolean) => setTicked(new Set(on ? [...names, name] : names.filter((each) => each !== name)));
  return (
    <>
      {kind.readOnly !== null && <p className="mb-4 rounded-md bg-neutral-soft px-3 py-2 text-ink-2">{kind.readOnly}</p>}
      <Filters list={list} kind={kind} search={search} onNarrow={onNarrow} />
      {mayChange && names.length > 0 && <Chosen kind={kind} names={names} onDeed={onDeed} onClear={() => setTicked(new Set())} />}
      {tags.length === 0 ? (
        <p className="py-10 text-center text-ink-2">No tag fits these filters.</p>
      ) : (
        <ul aria-label="Tags" className="border-t border-line">
          {shown.map((tag) => (
            <Row
              key={tag.name}
              tag={tag}
              list={list}
              kind={kind}
              mayChange={mayChange}
              isTicked={ticked.has(tag.name)}
              onTick={tick}
              onDeed={onDeed}
            />
          ))}
        </ul>
      )}
      {tags.length > most && (
        <Button className="mt-4" onClick={() => setMost(most + rowsAtOnce)}>
          Show more of {count(tags.length)}
        </Button>
      )}
    </>
  );
}

function Filters({ list, kind, search, onNarrow }: Pick<TagTableProps, "list" | "kind" | "search" | "onNarrow">) {
  const active = [search.show, search.account].filter((filter) => filter !== undefined).length;
  const clear = () => onNarrow({ q: undefined, show: undefined, account: undefined });
  return (
    <FilterBar
      label="Filter tags"
      search={<SearchInput label="Find a tag" value={search.q ?? ""} onChange={(words) => onNarrow({ q: words || undefined })} />}
      active={active}
      onClear={active > 0 || search.q !== undefined ? clear : null}
    >
      {kind.carriers !== null && (
        <Select
          aria-label="Use"
          value={search.show ?? ""}
          onChange={(event) => onNarrow({ show: (event.target.value || undefined) as TagsShown | undefined })}
        >
          <option value="">Used and unused</option>
          <option value="unused">Unused</option>
          <option value="uncounted">Not counted</option>
        </Select>
      )}
      {list.accounts.length > 1 && (
        <Select
          aria-label="Sub-account"
          value={search.account ?? ""}
          onChange={(event) => onNarrow({ account: event.target.value || undefined })}
        >
          <option value="">All sub-accounts</option>
          {list.accounts.map(({ id, title }) => (
            <option key={id} value={id}>
              {title}
            </option>
          ))}
        </Select>
      )}
    </FilterBar>
  );
}

/** What can be done with the ticked tags. */
function Chosen({ kind, names, onDeed, onClear }: { kind: Kind; names: string[]; onDeed: (deed: Deed) => void; onClear: () => void }) {
  const begin = (deed: Deed["deed"]) => onDeed({ kind: kind.id, deed, names });
  return (
    <div
      role="toolbar"
      aria-label="Ticked tags"
      className="sticky top-0 z-10 mb-2 flex flex-wrap items-center gap-2 rounded-md bg-accent-soft px-3 py-2"
    >
      <span className="mr-auto font-medium">{plural(names.length, "tag")} ticked</span>
      {names.length > 1 && (
        <Button small icon={<Icon of={Merge} size={14} />} onClick={() => begin("merge")}>
          Merge tags
        </Button>
      )}
      <Button small icon={<Icon of={Archive} size={14} />} onClick={() => begin("archive")}>
        Archive tags
      </Button>
      <Button small icon={<Icon of={Trash2} size={14} />} onClick={() => begin("delete")}>
        Delete tags
      </Button>
      <Button small kind="quiet" onClick={onClear}>
        Untick
      </Button>
    </div>
  );
}

interface RowProps {
  tag: TagView;
  list: TagList;
  kind: Kind;
  mayChange: boolean;
  isTicked: boolean;
  onTick: (name: string, on: boolean) => void;
  onDeed: (deed: Deed) => void;
}

function Row({ tag, list, kind, mayChange, isTicked, onTick, onDeed }: RowProps) {
  const titles = tag.there.map(({ connection }) => list.accounts.find(({ id }) => id === connection)?.title ?? "");
  return (
    <li
      aria-label={tag.name}
      className={cx("flex items-start gap-3 border-b border-line px-2 py-2 sm:items-center", isTicked && "bg-accent-soft")}
    >
      {mayChange && (
        <Checkbox className="mt-1 sm:mt-0" checked={isTicked} onChange={(on) => onTick(tag.name, on)} label={`Tick ${tag.name}`} />
      )}
      <div className="grid min-w-0 flex-1 gap-x-4 gap-y-0.5 sm:grid-cols-[minmax(0,1fr)_minmax(0,14rem)_12rem] sm:items-center">
        <TagName tag={tag} />
        <span className="truncate text-ink-2" title={titles.join(", ")}>
          {titles.length > 2 ? plural(titles.length, "sub-account") : titles.join(", ")}
        </span>
        {kind.carriers !== null && <Use tag={tag} carriers={kind.carriers} />}
      </div>
      {mayChange && <RowMenu tag={tag} onDeed={onDeed} />}
    </li>
  );
}

/** How many carry it, and when that was counted. */
function Use({ tag: { carriers, unusedSince, there }, carriers: word }: { tag: TagView; carriers: string }) {
  if (carriers === null) return <span className="text-ink-3">Not counted</span>;
  const countedAt = Math.min(...there.map((each) => each.countedAt ?? 0));
  return (
    <span className="flex flex-wrap items-baseline gap-x-2 tabular">
      {carriers === 0 ? <span className="rounded-sm bg-warning-soft px-1.5 text-meta">Unused</span> : `${count(carriers)} ${word}`}
      <span className="text-meta text-ink-3">
        {carriers === 0 && unusedSince !== null ? (
          <>
            at least since <Time at={unusedSince} />
          </>
        ) : (
          <Time at={countedAt} />
        )}
      </span>
    </span>
  );
}

function RowMenu({ tag, onDeed }: { tag: TagView; onDeed: (deed: Deed) => void }) {
  const [isDescribing, setIsDescribing] = useState(false);
  const begin = (deed: Deed["deed"]) => onDeed({ kind: tag.kind, deed, names: [tag.name] });
  return (
    <>
      <Menu
        trigger={
          <IconButton small label={`More about ${tag.name}`}>
            <Icon of={MoreHorizontal} size={14} />
          </IconButton>
        }
      >
        <MenuItem icon={PencilLine} onSelect={() => begin("rename")}>
          Rename everywhere
        </MenuItem>
        <MenuItem icon={Palette} onSelect={() => setIsDescribing(true)}>
          Colour and description
        </MenuItem>
        <MenuItem icon={Archive} onSelect={() => begin("archive")}>
          Archive
        </MenuItem>
        <MenuItem icon={Trash2} danger onSelect={() => begin("delete")}>
          Delete
        </MenuItem>
      </Menu>
      <Describe tag={tag} open={isDescribing} onClose={() => setIsDescribing(false)} />
    </>
  );
}
