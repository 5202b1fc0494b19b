import { noSuch, unprocessable } from "../refusal.ts";
import type { Task } from "../types.ts";
import { type Call, contactOf, countOf, type Endpoints, locationOf, textOf, textsOf, type World } from "./call.ts";
import { isoTime } from "./times.ts";
import { fullName } from "./contact-views.ts";

export const taskEndpoints: Endpoints = {
  "contacts/get-all-tasks": (world, call) => ({
    tasks: byDue(world.state.tasks.find("contact", contactOf(world, call).id)).map((task) => taskView(world, task)),
  }),

  "contacts/get-task": (world, call) => ({ task: taskView(world, taskOf(world, call)) }),

  "contacts/create-task"(world, call) {
    const { id: contactId, locationId } = contactOf(world, call);
    const { state } = world;
    const { title, completed } = call.body;
    const dueDate = readDue(call.body.dueDate);
    const task = state.tasks.put({
      ...written(call),
      id: state.newId(),
      locationId,
      contactId,
      title: String(title),
      dueDate,
      completed: completed === true,
      dateAdded: state.clock.now(),
    });
    world.emit("TaskCreate", task);
    return { task: taskView(world, task) };
  },

  "contacts/update-task"(world, call) {
    const old = taskOf(world, call);
    const { title, completed, dueDate } = call.body;
    return {
      task: taskView(
        world,
        store(world, old, {
          ...old,
          ...written(call),
          ...(textOf(title) && { title: textOf(title) }),
          ...(dueDate != null && { dueDate: readDue(dueDate) }),
          ...(typeof completed === "boolean" && { completed }),
        }),
      ),
    };
  },

  // Also reopens.
  "contacts/update-task-completed"(world, call) {
    const old = taskOf(world, call);
    return { task: taskView(world, store(world, old, { ...old, completed: call.body.completed === true })) };
  },

  "contacts/delete-task"(world, call) {
    const task = taskOf(world, call);
    world.state.tasks.delete(task.id);
    world.emit("TaskDelete", task);
    return { succeded: true };
  },

  "locations/task-search"(world, call) {
    const locationId = locationOf(world, call, call.params.locationId);
    const { body } = call;
    const [contacts, users, words] = [textsOf(body.contactId), textsOf(body.assignedTo), textOf(body.query)?.toLowerCase()];
    const matches = byDue(world.state.tasks.inLocation(locationId)).filter(
      (task) =>
        (contacts.length === 0 || contacts.includes(task.contactId)) &&
        (users.length === 0 || users.includes(task.assignedTo ?? "")) &&
        (typeof body.completed !== "boolean" || task.completed === body.completed) &&
        (!words || `${task.title} ${task.body ?? ""}`.toLowerCase().includes(words)) &&
        (!body.businessId || world.state.contacts.get(task.contactId)?.businessId === body.businessId),
    );
    const skip = countOf(body.skip, 0);
    return { tasks: matches.slice(skip, skip + countOf(body.limit, 25, 1000)).map((task) => searchedTask(world, task)) };
  },
};

/** There is no event for a changed task, only for one that became done. */
function store(world: World, old: Task, task: Task): Task {
  world.state.tasks.put(task);
  if (task.completed && !old.completed) world.emit("TaskComplete", task);
  return task;
}

function taskOf(world: World, call: Call): Task {
  const contact = contactOf(world, call);
  const task = world.state.tasks.get(call.params.taskId!);
  if (task?.contactId !== contact.id) throw noSuch("Task", call.params.taskId!);
  return task;
}

function readDue(value: unknown): string {
  const text = textOf(value) ?? "";
  if (!/^\d{4}-\d{2}-\d{2}([T ]|$)/.test(text) || Number.isNaN(Date.parse(text)))
    throw unprocessable(["dueDate must be a valid ISO 8601 date string"]);
  return new Date(text).toISOString();
}

function written({ body }: Call): Partial<Task> {
  const assignedTo = textOf(body.assignedTo);
  return { ...(typeof body.body === "string" && { body: body.body }), ...(assignedTo && { assignedTo }) };
}

const byDue = (tasks: Task[]) => tasks.sort((a, b) => (a.dueDate < b.dueDate ? -1 : a.dueDate > b.dueDate ? 1 : a.id < b.id ? -1 : 1));

/** With the business of its contact, where it has one. */
function taskView({ state }: World, { id, title, body, assignedTo, dueDate, completed, contactId }: Task) {
  const businessId = state.contacts.get(contactId)?.businessId;
  return {
    id,
    title,
    ...(body !== undefined && { body }),
    ...(assignedTo && { assignedTo }),
    dueDate,
    completed,
    contactId,
    ...(businessId && { businessId }),
  };
}

function searchedTask(world: World, task: Task) {
  const contact = world.state.contacts.get(task.contactId);
  return {
    ...taskView(world, task),
    locationId: task.locationId,
    dateAdded: isoTime(task.dateAdded),
    contactDetails: contact && {
      firstName: contact.firstName ?? null,
      lastName: contact.lastName ?? null,
      name: fullName(contact) ?? null,
    },
  };
}
