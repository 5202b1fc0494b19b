import type { SearchFields } from "#catalog/types.ts";
import {
  businessLookup,
  customFieldLookup,
  opportunityFieldLookup,
  pipelineLookup,
  stageLookup,
  tagLookup,
  userLookup,
} from "./lookups.ts";

/** What the searches can be narrowed and sorted by: the vendor's search guide says it, its description does not. A field that is not here is refused. */

/** The names are those of the index: names of people are searched in lower case. */
export const contactSearch: SearchFields = {
  fields: [
    { name: "firstNameLowerCase", label: "First name, in lower case", control: "text", sorts: true },
    { name: "lastNameLowerCase", label: "Last name, in lower case", control: "text", sorts: true },
    { name: "email", label: "E-mail", control: "text", sorts: true },
    { name: "phone", label: "Phone", control: "text" },
    { name: "tags", label: "Tags", control: "tags", lookup: tagLookup },
    { name: "assignedTo", label: "Owner", control: "lookup", lookup: userLookup },
    { name: "followers", label: "Followers", control: "tags", lookup: userLookup },
    { name: "dateAdded", label: "Date added", control: "date", sorts: true },
    { name: "dateUpdated", label: "Date updated", control: "date", sorts: true },
    { name: "dateOfBirth", label: "Date of birth", control: "date", sorts: true },
    { name: "source", label: "Source", control: "text" },
    { name: "companyName", label: "Company", control: "text" },
    { name: "businessId", label: "Business", control: "lookup", lookup: businessLookup },
    { name: "address", label: "Street address", control: "text" },
    { name: "city", label: "City", control: "text" },
    { name: "state", label: "State", control: "text" },
    { name: "postalCode", label: "Postal code", control: "text" },
    { name: "country", label: "Country", control: "text" },
    { name: "website", label: "Website", control: "text" },
    { name: "timezone", label: "Time zone", control: "text" },
    { name: "dnd", label: "Do not disturb", control: "checkbox" },
    ...["Call", "Email", "SMS", "WhatsApp", "GMB", "FB"].map((channel) => ({
      name: `dndSettings.${channel}.status`,
      label: `Do not disturb, ${channel === "Email" ? "e-mail" : channel === "Call" ? "calls" : channel}`,
      control: "choice" as const,
      choices: { active: "blocked", inactive: "allowed", permanent: "blocked for good" },
    })),
    { name: "id", label: "Contact id", control: "text" },
  ],
  custom: { prefix: "customFields.", lookup: customFieldLookup },
};

export const opportunitySearch: SearchFields = {
  fields: [
    { name: "name", label: "Name", control: "text", sorts: true },
    {
      name: "status",
      label: "Status",
      control: "choice",
      choices: { open: "open", won: "won", lost: "lost", abandoned: "abandoned" },
    },
    { name: "pipeline_id", label: "Pipeline", control: "lookup", lookup: pipelineLookup },
    { name: "pipeline_stage_id", label: "Stage", control: "lookup", lookup: stageLookup("pipeline_id") },
    { name: "monetary_value", label: "Value", control: "number", sorts: true },
    { name: "assigned_to", label: "Owner", control: "lookup", lookup: userLookup },
    { name: "contact_id", label: "Contact id", control: "text" },
    { name: "date_added", label: "Date added", control: "date", sorts: true },
    { name: "date_updated", label: "Date updated", control: "date", sorts: true },
    { name: "id", label: "Opportunity id", control: "text" },
  ],
  custom: { prefix: "custom_fields.", lookup: opportunityFieldLookup },
};
