// What every client asks, as plain documents: a query, a mutation and a subscription.

export const SESSION = `query Session($id: ID!) { session(id: $id) { id availability { version available } } }`;
export const LOCK = `mutation Lock($input: LockTicketsInput!) { lockTickets(input: $input) { __typename ... on Hold { id seats } ... on Error { code message } } }`;
export const WATCH = `subscription Watch($id: ID!) { seatAvailability(sessionId: $id) { __typename
  ... on AvailabilitySnapshot { version seats { status labels } }
  ... on AvailabilityDelta { previousVersion version changes { status labels } } } }`;

/** Arguments of a run: the API's origin, an access token, a session and a seat of it that is free. */
export const [, , origin, token, sessionId, seat] = process.argv;
export const authorization = { Authorization: `Bearer ${token}` };
export const input = { sessionId, seats: [seat] };

/**
 * Runs all three with `ask(document, variables)` and `watch(document, variables, onData)` (returns the way to stop), and
 * prints what came as one line of JSON. The lock is asked for when the first message of the subscription has come.
 */
export async function run({ ask, watch }) {
  const before = (await ask(SESSION, { id: sessionId })).session.availability;
  const messages = [];
  let lock;
  await new Promise((done, fail) => {
    const timer = setTimeout(() => fail(new Error(`only ${messages.length} messages came`)), 5_000);
    const stop = watch(WATCH, { id: sessionId }, (data) => {
      messages.push(data.seatAvailability);
      if (messages.length === 1) lock = ask(LOCK, { input }).catch(fail);
      if (messages.length < 2) return;
      clearTimeout(timer);
      stop();
      done();
    }, fail);
  });
  console.log(JSON.stringify({ before, lock: (await lock).lockTickets, messages }));
  process.exit(0);
}
