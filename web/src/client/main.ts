// What a seat map needs to know and nothing to draw it with: for any framework.

export { type Availability, type AvailabilityUpdate, reduce } from "./availability";
export { type Deadline, clockFace, deadline } from "./countdown";
export { type Layout, type Room, readLayout } from "./layout";
export { type Api, type Listener, listen } from "./line";
export { type Watcher, follow } from "./live";
export { followQueue, type QueuePosition } from "./queue";
export { readStatusMap } from "./status-map";
export { type Auth, ask, makeClient, NOBODY, Refused, Unreachable } from "./transport";
