import { companyId, family, locationId } from "./event.ts";

const note = "Known by name; its fields are not documented.";
const shared = { record: null, person: ["name", "email", "contactId"], unverified: true };

/** Events that are known by their names only. Their samples hold what every delivery has. */
export const unverifiedEvents = [
  ...family(
    { ...shared, category: "Conversations & Messages", scopes: ["voice-ai-dashboard.readonly"], sample: { locationId } },
    { VoiceAiCallEnd: { title: "Voice AI Call Ended", note } },
  ),
  ...family(
    { ...shared, category: "Sub-accounts & App", scopes: [], location: null, agency: true, sample: { companyId } },
    { SaaSPlanCreate: { title: "SaaS Plan Created", note } },
  ),
  ...family(
    { ...shared, category: "Support Tickets", scopes: [], sample: { locationId } },
    {
      SupportTicketCreate: { title: "Support Ticket Created", note },
      SupportTicketUpdate: { title: "Support Ticket Updated", note },
      SupportTicketDelete: { title: "Support Ticket Deleted", note },
    },
  ),
  ...family(
    { ...shared, category: "Knowledge Bases", scopes: [], sample: { locationId } },
    {
      KnowledgeBaseCreate: { title: "Knowledge Base Created", note },
      KnowledgeBaseUpdate: { title: "Knowledge Base Updated", note },
      KnowledgeBaseDelete: { title: "Knowledge Base Deleted", note },
      KnowledgeBaseFileChange: { title: "Knowledge Base File Changed", note },
      KnowledgeBaseFaqChange: { title: "Knowledge Base Question Changed", note },
      KnowledgeBaseRichTextChange: { title: "Knowledge Base Text Changed", note },
      KnowledgeBaseTableFileChange: { title: "Knowledge Base Table Changed", note },
      KnowledgeBaseTrainedUrlChange: { title: "Knowledge Base Web Page Changed", note },
    },
  ),
];
