import { useState } from "react";
import { Field } from "../../../../components/ui/field.tsx";
import { Suggestions } from "../../../../components/ui/suggestions.tsx";
import { findZones, isZone } from "./zones.ts";

interface ZoneFieldProps {
  label: string;
  hint?: string;
  value: unknown;
  error?: string | undefined;
  onChange: (value: string | undefined) => void;
  /** Which one holds while none is chosen. */
  usual: string;
}

/** A time zone: typing narrows the list, Enter takes the first. What is no zone is said here, and does not get into the flow. */
export function ZoneField({ label, hint, value, error, onChange, usual }: ZoneFieldProps) {
  const [typed, setTyped] = useState<string | null>(null);
  const [open, setOpen] = useState(false);
  const written = typeof value === "string" ? value : value === undefined ? "" : JSON.stringify(value);
  const shown = typed ?? written;
  const matches = findZones(typed ?? "");
  const isUnknown = shown !== "" && !isZone(shown);
  return (
    <Field label={label} hint={hint} error={isUnknown && !open ? `'${shown}' is no time zone. Choose one from the list.` : error}>
      {(ids) => (
        <Suggestions
          ids={ids}
          text={shown}
          placeholder={usual}
          label="Time zones"
          open={open}
          onOpen={setOpen}
          choices={matches}
          keyOf={(zone) => zone}
          draw={(zone) => zone.replaceAll("_", " ")}
          onPick={(zone) => {
            onChange(zone);
            setTyped(null);
            setOpen(false);
          }}
          onType={(text) => {
            setTyped(text);
            if (text === "") onChange(undefined);
            else if (isZone(text)) onChange(text);
          }}
          onBlur={() => {
            setOpen(false);
            if (!isUnknown) setTyped(null);
          }}
        />
      )}
    </Field>
  );
}
