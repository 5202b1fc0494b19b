import { useState } from "react";
import { ownZone } from "../lib/time.ts";
import { spans, type TimeRange } from "../lib/time-range.ts";
import { Input, Select } from "./ui/field.tsx";

interface DateFilterProps {
  /** What happened within that time. */
  label: string;
  search: TimeRange;
  onChange: (range: TimeRange) => void;
}

/** From when to when; all of it stands in the address. Beside it the one place that says of which zone times are. */
export function DateFilter({ label, search, onChange }: DateFilterProps) {
  const dated = search.from !== undefined || search.to !== undefined;
  const [open, setOpen] = useState(dated);
  const dates = open || dated;
  return (
    <>
      <Select
        aria-label={label}
        value={dates ? "dates" : (search.since ?? "")}
        onChange={(event) => {
          const span = spans.find((one) => one.value === event.target.value)?.value;
          setOpen(event.target.value === "dates");
          onChange({ since: span, from: undefined, to: undefined });
        }}
      >
        <option value="">Any time</option>
        {spans.map((span) => (
          <option key={span.value} value={span.value}>
            {span.title}
          </option>
        ))}
        <option value="dates">Between dates</option>
      </Select>
      {dates && (
        <span className="flex items-center gap-2">
          <Input
            type="date"
            aria-label="From"
            value={search.from ?? ""}
            max={search.to}
            onChange={(event) => onChange({ since: undefined, from: event.target.value || undefined })}
            className="w-36"
          />
          <span className="text-ink-3">to</span>
          <Input
            type="date"
            aria-label="To"
            value={search.to ?? ""}
            min={search.from}
            onChange={(event) => onChange({ since: undefined, to: event.target.value || undefined })}
            className="w-36"
          />
        </span>
      )}
      <span className="text-meta text-ink-3" title="Every time and day is in the time zone of this computer">
        Times in {ownZone(Date.now())}
      </span>
    </>
  );
}
