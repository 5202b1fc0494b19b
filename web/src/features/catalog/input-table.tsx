import type { InputField } from "#catalog/types.ts";
import { typeWords } from "../../components/operation-form/schema-words.ts";

/** What an operation takes. */
export function InputTable({ fields }: { fields: readonly InputField[] }) {
  return (
    <div role="region" aria-label="Inputs" tabIndex={0} className="overflow-x-auto">
      <table className="w-full min-w-[28rem] text-left">
        <thead className="text-meta text-ink-3">
          <tr className="border-b border-line">
            <th scope="col" className="h-8 pr-4 font-normal">
              Name
            </th>
            <th scope="col" className="pr-4 font-normal">
              Type
            </th>
            <th scope="col" className="font-normal">
              Where it goes
            </th>
          </tr>
        </thead>
        <tbody>
          {fields.map((field) => (
            <tr key={`${field.in}${field.name}`} className="border-b border-line align-top">
              <td className="py-2 pr-4">
                <code className="font-mono text-meta leading-5">{field.name}</code>
                {field.required === true && field.fill === undefined && <span className="ml-2 text-meta text-ink-3">required</span>}
                {field.help !== undefined && <p className="max-w-64 text-meta text-ink-3">{field.help}</p>}
              </td>
              <td className="py-2 pr-4 text-ink-2">{typeWords(field.schema)}</td>
              <td className="py-2 text-ink-2">{field.fill === undefined ? places[field.in] : fillWords(field.fill)}</td>
            </tr>
          ))}
        </tbody>
      </table>
    </div>
  );
}

const places: Record<InputField["in"], string> = {
  path: "path",
  query: "query",
  header: "header",
  body: "body",
  setting: "steers Millrace, is not sent",
};

function fillWords(fill: NonNullable<InputField["fill"]>): string {
  if ("value" in fill) return "filled in by Millrace";
  return fill.connection === "companyId" ? "the connection's agency" : "the connection's sub-account";
}
