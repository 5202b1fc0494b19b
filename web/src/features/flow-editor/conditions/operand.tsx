import { ChevronDown, Database } from "lucide-react";
import { useRef, useState } from "react";
import { printChain, type Chain } from "#engine/mapping/words/parts.ts";
import { AppMark } from "../../../components/app-mark.tsx";
import { IconButton } from "../../../components/ui/button.tsx";
import { Icon } from "../../../components/ui/icon.tsx";
import { useApps } from "../../../lib/apps.ts";
import { ExampleMark } from "../data/example-mark.tsx";
import { FieldPicker } from "../data/field-picker.tsx";
import type { PlaceData } from "../data/types.ts";
import type { Ask } from "../evaluate/outcome.ts";
import { useOutcome } from "../evaluate/use-outcomes.ts";
import { ChipMenu } from "../mapping/chip-menu.tsx";
import { chipLook } from "../mapping/chip-look.ts";

interface OperandProps {
  label: string;
  /** Null: none is chosen. */
  chain: Chain | null;
  data: PlaceData;
  onChange: (chain: Chain | null) => void;
  /** Only a small button, as long as none is chosen. */
  isIcon?: boolean;
  /** Brings the focus to what is needed next once a field is chosen. */
  focusNext: () => void;
  /** The same once it is taken away. */
  focusAgain: () => void;
}

const box = "flex h-8 min-w-40 flex-1 items-center gap-1.5 rounded-md border px-2 text-left text-ui transition-colors hover:border-ink-3";

/** A side of a comparison: a field, perhaps with filters. */
export function Operand({ label, chain, data, onChange, isIcon = false, focusNext, focusAgain }: OperandProps) {
  const pick = (path: string) => onChange({ value: path, filters: [] });
  if (chain !== null) return <Chosen label={label} chain={chain} data={data} onChange={onChange} focusAgain={focusAgain} />;
  return (
    <FieldPicker
      data={data}
      onPick={({ field }) => pick(field.path)}
      focusNext={focusNext}
      trigger={
        isIcon ? (
          <IconButton label={label}>
            <Icon of={Database} size={14} />
          </IconButton>
        ) : (
          <button type="button" aria-label={label} className={`${box} border-line-strong bg-raised text-ink-3`}>
            <span className="flex-1 truncate">Choose a field</span>
            <Icon of={ChevronDown} size={14} />
          </button>
        )
      }
    />
  );
}

function Chosen({
  label,
  chain,
  data,
  onChange,
  focusAgain,
}: Pick<OperandProps, "label" | "data" | "onChange" | "focusAgain"> & { chain: Chain }) {
  const apps = useApps();
  const button = useRef<HTMLButtonElement>(null);
  const [place, setPlace] = useState<DOMRect | null>(null);
  const expression = printChain(chain);
  const ask: Ask = { written: expression, reading: "expression" };
  const outcome = useOutcome(ask, data, data.sample);
  const look = chipLook(expression, data, outcome, (app) => apps.of(app)?.mark ?? null);
  const close = () => {
    setPlace(null);
    button.current?.focus();
  };
  return (
    <>
      <button
        ref={button}
        type="button"
        aria-label={`${label}: ${look?.about ?? expression}`}
        aria-haspopup="dialog"
        title={look?.about ?? expression}
        onClick={(event) => setPlace(event.currentTarget.getBoundingClientRect())}
        className={`${box} border-transparent bg-accent-soft text-accent-ink`}
      >
        {look?.app != null && <AppMark app={look.app} size={16} />}
        <span className="max-w-[70%] shrink-0 truncate font-medium">{look?.label ?? expression}</span>
        {look !== null && look.filters.length > 0 && <span className="min-w-0 shrink truncate text-meta">· {look.filters.join(", ")}</span>}
        <bdi className="ml-auto min-w-0 shrink truncate text-meta text-ink-2">{look?.state === "missing" ? "empty" : look?.value}</bdi>
        {look?.state === "made" && <ExampleMark />}
      </button>
      {place !== null && (
        <ChipMenu
          chain={chain}
          place={place}
          data={data}
          onChange={onChange}
          onRemove={() => {
            onChange(null);
            requestAnimationFrame(focusAgain);
          }}
          onClose={close}
        />
      )}
    </>
  );
}
