/** What the page about flows of other tools says. */
export const texts = {
  title: "Come from n8n, Make or Zapier",
  about: "Give the file that you exported there. It becomes drafts: nothing runs before you publish it.",
  drop: "Drop a workflow of n8n, a blueprint of Make or an export of Zapier here, as a JSON file.",
  choose: "Choose a file",
  paste: "Or paste its text",
  pasteHint: "In n8n, select all nodes and copy them.",
  read: "Read the text",
  where: [
    ["n8n", "Open the workflow, then the menu at its top: Download."],
    ["Make", "Open the scenario, then the dots at its foot: Export blueprint."],
    ["Zapier", "Settings, Data management: Export my data. Unpack the file that comes, and give the JSON file in it."],
  ],
  another: "Read another file",
  connections: "Connections",
  connectionsAbout: "Logins never come with a file. Choose which connections the drafts use; you can change that in each step.",
  none: "Choose later",
  todo: "Left to do",
  nothingToDo: "Everything in it was taken over.",
  leftOut: "Not taken over, and not missed",
  noted: "Each line is kept at its step and under Checks until you mark it as done. Until then the flow is not published.",
  secret: "Secrets are never taken over.",
} as const;
