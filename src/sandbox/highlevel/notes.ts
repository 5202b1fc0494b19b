import { noSuch } from "../refusal.ts";
import type { Note } from "../types.ts";
import { type Call, contactOf, type Endpoints, textOf, type World } from "./call.ts";
import { isoTime } from "./times.ts";

export const noteEndpoints: Endpoints = {
  "contacts/get-all-notes"(world, call) {
    const notes = world.state.notes.find("contact", contactOf(world, call).id);
    return { notes: notes.sort((a, b) => b.dateAdded - a.dateAdded || (a.id < b.id ? -1 : 1)).map(noteView) };
  },

  "contacts/get-note": (world, call) => ({ note: noteView(noteOf(world, call)) }),

  // An unknown user is taken: n8n's node sends the location's id here.
  "contacts/create-note"(world, call) {
    const { id: contactId, locationId } = contactOf(world, call);
    const { state } = world;
    const note = state.notes.put({
      ...written(call),
      id: state.newId(),
      locationId,
      contactId,
      body: String(call.body.body),
      dateAdded: state.clock.now(),
    });
    world.emit("NoteCreate", note);
    return { note: noteView(note) };
  },

  "contacts/update-note"(world, call) {
    const old = noteOf(world, call);
    const note = world.state.notes.put({ ...old, ...written(call), body: typeof call.body.body === "string" ? call.body.body : old.body });
    world.emit("NoteUpdate", note);
    return { note: noteView(note) };
  },

  "contacts/delete-note"(world, call) {
    const note = noteOf(world, call);
    world.state.notes.delete(note.id);
    world.emit("NoteDelete", note);
    return { succeded: true };
  },
};

function noteOf(world: World, call: Call): Note {
  const contact = contactOf(world, call);
  const note = world.state.notes.get(call.params.id!);
  if (note?.contactId !== contact.id) throw noSuch("Note", call.params.id!);
  return note;
}

function written({ body }: Call): Partial<Note> {
  const { userId, title, color } = { userId: textOf(body.userId), title: textOf(body.title), color: textOf(body.color) };
  return {
    ...(userId && { userId }),
    ...(title && { title }),
    ...(color && { color }),
    ...(typeof body.pinned === "boolean" && { pinned: body.pinned }),
  };
}

const noteView = ({ id, body, userId, dateAdded, contactId, title, color, pinned }: Note) => ({
  id,
  body,
  ...(userId && { userId }),
  dateAdded: isoTime(dateAdded),
  contactId,
  ...(title && { title }),
  ...(color && { color }),
  pinned: pinned ?? false,
});
