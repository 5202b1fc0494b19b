import { Plus } from "lucide-react";
import { memo, useDeferredValue, useMemo, useState } from "react";
import { BackLabel, backLinkClass } from "../../../components/page.tsx";
import { Button } from "../../../components/ui/button.tsx";
import { Icon } from "../../../components/ui/icon.tsx";
import { SearchInput } from "../../../components/ui/search-input.tsx";
import { cx } from "../../../lib/cx.ts";
import { plural } from "../../../lib/words.ts";
import { addOperations } from "../definition/edits.ts";
import { findOperations } from "../definition/find.ts";
import { effectWords } from "../definition/effects.ts";
import { type Guesses, type Operation, operationsOf } from "../definition/types.ts";
import { useEditing } from "./editing.ts";
import { OperationForm } from "./operation-form.tsx";
import { useOpenIndex } from "./use-open-index.ts";

interface OperationsProps {
  /** The operation that is open, by its id. */
  open: string | undefined;
  onOpen: (id: string | undefined) => void;
}

/** The operations at the left, the form of one beside them. */
export function Operations({ open, onOpen }: OperationsProps) {
  const { draft, edit, mayWrite } = useEditing();
  const operations = operationsOf(draft.definition);
  const index = useOpenIndex(operations, open);
  const operation = operations[index];
  const add = () => {
    const next = addOperations(draft.definition, [newOperation]);
    edit((old) => ({ ...old, definition: addOperations(old.definition, [newOperation]) }));
    onOpen(operationsOf(next).at(-1)?.id);
  };
  return (
    <div className="grid grid-cols-1 gap-8 lg:grid-cols-[20rem_minmax(0,1fr)]">
      <div className={cx("min-w-0", operation !== undefined && "max-lg:hidden")}>
        <OperationList operations={operations} open={open} onOpen={onOpen} />
        {mayWrite && (
          <Button small className="mt-3" icon={<Icon of={Plus} size={14} />} onClick={add}>
            Add operation
          </Button>
        )}
      </div>
      <div className="min-w-0">
        {operation === undefined ? (
          <NothingOpen operations={operations} onOpen={onOpen} />
        ) : (
          <>
            <button type="button" className={`${backLinkClass} lg:hidden`} onClick={() => onOpen(undefined)}>
              <BackLabel>All operations</BackLabel>
            </button>
            <OperationForm key={index} operation={operation} index={index} onOpen={onOpen} />
          </>
        )}
      </div>
    </div>
  );
}

interface NothingOpenProps {
  operations: readonly Operation[];
  onOpen: (id: string) => void;
}

/** Beside the list while no operation is open: what is left to look at. */
function NothingOpen({ operations, onOpen }: NothingOpenProps) {
  const { draft, edit, mayWrite } = useEditing();
  const guessed = operations.filter(({ id }) => (draft.guesses[id]?.length ?? 0) > 0);
  const guesses = guessed.reduce((sum, { id }) => sum + draft.guesses[id]!.length, 0);
  const [first] = guessed;
  if (operations.length === 0)
    return <p className="text-ink-2 max-lg:hidden">No operations yet. An operation is one thing that a flow can do in this app.</p>;
  if (first === undefined || !mayWrite) return <p className="text-ink-2 max-lg:hidden">Choose an operation to see and change it.</p>;
  return (
    <section aria-label="Guesses" className="flex max-w-xl flex-col gap-3 rounded-md bg-waiting-soft px-4 py-3 max-lg:mt-4">
      <p>
        {plural(guesses, "guess", "guesses")} in {plural(guessed.length, "operation")} {guesses === 1 ? "waits" : "wait"} for a look. The
        app can be saved and used with them; look first at what writes.
      </p>
      <div className="flex flex-wrap gap-2">
        <Button small onClick={() => onOpen((guessed.find(({ effect }) => effect !== "read") ?? first).id)}>
          Look at the first one
        </Button>
        <Button small kind="quiet" onClick={() => edit((old) => ({ ...old, guesses: withoutOperations(old.guesses) }))}>
          All are right
        </Button>
      </div>
    </section>
  );
}

/** The guesses about the app itself. */
const withoutOperations = (guesses: Guesses): Guesses => ({ ...(guesses[""] && { "": guesses[""] }) });

const newOperation: Operation = { id: "new_operation", title: "New operation", effect: "read", method: "GET", path: "/", input: [] };

interface OperationListProps extends OperationsProps {
  operations: readonly Operation[];
}

const searchedFrom = 8;

function OperationList({ operations, open, onOpen }: OperationListProps) {
  const { problems, draft } = useEditing();
  const [q, setQ] = useState("");
  const words = useDeferredValue(q);
  const found = useMemo(() => findOperations(operations, words), [operations, words]);
  const wrong = new Set(
    problems.flatMap(({ field }) => /^operations\.(\d+)/.exec(field)?.[1] ?? []).map((at) => operations[Number(at)]?.id),
  );
  return (
    <div className="flex flex-col gap-2">
      {operations.length >= searchedFrom && <SearchInput label="Find an operation" value={q} onChange={setQ} />}
      <p className="px-2 text-meta text-ink-3 tabular">
        {found.length === operations.length ? plural(operations.length, "operation") : `${found.length} of ${operations.length} operations`}
      </p>
      <ul className="lg:max-h-[calc(100dvh-18rem)] lg:overflow-y-auto">
        {found.map((operation) => (
          <li key={operation.id} className="[contain-intrinsic-size:auto_40px] [content-visibility:auto]">
            <Row
              operation={operation}
              isOpen={operation.id === open}
              isWrong={wrong.has(operation.id)}
              guesses={draft.guesses[operation.id]?.length ?? 0}
              onOpen={onOpen}
            />
          </li>
        ))}
      </ul>
    </div>
  );
}

interface RowProps {
  operation: Operation;
  isOpen: boolean;
  isWrong: boolean;
  guesses: number;
  onOpen: (id: string) => void;
}

const Row = memo(function Row({ operation, isOpen, isWrong, guesses, onOpen }: RowProps) {
  return (
    <button
      type="button"
      data-row
      aria-current={isOpen || undefined}
      onClick={() => onOpen(operation.id)}
      className={cx(
        "flex min-h-10 w-full items-center gap-2.5 rounded-md px-2 py-1 text-left transition-colors -outline-offset-1 hover:bg-hover",
        isOpen && "bg-selected",
      )}
    >
      <span className="min-w-0 flex-1">
        <bdi className="block truncate" title={operation.title}>
          {operation.title}
        </bdi>
        <span className="block truncate font-mono text-[0.6875rem] text-ink-3">
          {operation.method} {operation.path}
        </span>
      </span>
      {isWrong && <span className="shrink-0 rounded-sm bg-failure-soft px-1.5 text-meta text-failure">To fix</span>}
      {!isWrong && guesses > 0 && (
        <span className="shrink-0 rounded-sm bg-waiting-soft px-1.5 text-meta">{plural(guesses, "guess", "guesses")}</span>
      )}
      <span className="shrink-0 text-meta text-ink-3">{effectWords[operation.effect]}</span>
    </button>
  );
});
