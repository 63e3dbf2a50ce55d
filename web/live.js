// Follows one session over graphql-transport-ws: resumes from its version, and says when it is not live.

import { NOTHING, reduce } from "/availability.js";

const DOCUMENT = `subscription($id: ID!, $since: Int) { seatAvailability(sessionId: $id, sinceVersion: $since) { __typename
  ... on AvailabilitySnapshot { version available held sold seats { status labels } generalAdmission { ticketTypeId available } }
  ... on AvailabilityDelta { previousVersion version available held sold changes { status labels } generalAdmission { ticketTypeId available } } } }`;
const LONGEST_WAIT = 10_000;
const SILENCE = 15_000;

// `onState(state)` after every change, `onStatus("live" | "connecting")`; answers with a function that ends it.
export function follow(sessionId, onState, onStatus) {
  let state = NOTHING;
  let socket = null;
  let ended = false;
  let tries = 0;
  let timer = null;
  let quiet = null;

  function connect() {
    onStatus("connecting");
    socket = new WebSocket(`${location.origin.replace(/^http/, "ws")}/graphql`, "graphql-transport-ws");
    socket.onopen = () => tell({ type: "connection_init" });
    socket.onmessage = ({ data }) => receive(JSON.parse(data));
    socket.onclose = again;
  }

  const tell = (message) => socket.readyState === WebSocket.OPEN && socket.send(JSON.stringify(message));
  const subscribe = () =>
    tell({ id: "seats", type: "subscribe", payload: { query: DOCUMENT, variables: { id: sessionId, since: state.version } } });

  function receive(message) {
    listen();
    if (message.type === "connection_ack") subscribe();
    else if (message.type === "ping") tell({ type: "pong", payload: message.payload });
    else if (message.type === "next" && message.payload.data) advance(message.payload.data.seatAvailability);
    else if (message.type === "error" || message.type === "next") socket.close(4000);
  }

  function advance(update) {
    const next = reduce(state, update);
    if (next === null) {
      state = NOTHING;
      socket.close(4000);
      return;
    }
    state = next;
    tries = 0;
    onStatus("live");
    onState(state);
  }

  // A socket can die without a word: silence is answered with a ping, more silence ends it.
  function listen() {
    clearTimeout(quiet);
    quiet = setTimeout(() => {
      tell({ type: "ping" });
      quiet = setTimeout(() => socket.close(), SILENCE / 3);
    }, SILENCE);
  }

  function again() {
    clearTimeout(quiet);
    if (ended) return;
    onStatus("connecting");
    const wait = Math.min(LONGEST_WAIT, 250 * 2 ** tries++) * (0.5 + Math.random() / 2);
    timer = setTimeout(connect, wait);
  }

  function back() {
    if (socket.readyState > WebSocket.OPEN) { clearTimeout(timer); tries = 0; connect(); }
  }

  addEventListener("online", back);
  connect();
  return () => {
    ended = true;
    clearTimeout(timer);
    clearTimeout(quiet);
    removeEventListener("online", back);
    socket.close(1000);
  };
}
