/** What the page that imports flows says. */
export const texts = {
  title: "Import flows",
  about: "From Millrace, n8n, Make or Zapier. A file becomes drafts: nothing runs before you publish them.",
  drop: "Drop a JSON file here: a flow of Millrace, a workflow of n8n, a blueprint of Make or an export of Zapier.",
  paste: "Or paste its text",
  pasteHint: "In n8n, select all nodes and copy them.",
  read: "Read the text",
  where: [
    ["Millrace", "Open the flow, then its menu: Export flow."],
    ["n8n", "Open the workflow, then the menu at its top: Download."],
    ["Make", "Open the scenario, then the dots at its foot: Export blueprint."],
    ["Zapier", "Settings, Data management: Export my data. Unpack the file that comes, and give the JSON file in it."],
  ],
  another: "Read another file",
  connections: "Connections",
  connectionsAbout: "Logins never come with a file. Choose which connections the drafts use; you can change that in each step.",
  none: "Choose later",
  todo: "Left to do",
  nothingToDo: "Everything in it was converted.",
  ignored: "Ignored, and not missed",
  noted: "Each line is kept at its step and under Checks until you mark it as done. Until then the flow is not published.",
  secret: "Secrets are never imported.",
} as const;
