// Queries and mutations over HTTP, and who is signed in. Tokens are kept per tab, so that two tabs can be two people.

const KEY = "usher.tokens";
const listeners = new Set();

export const tokens = () => JSON.parse(sessionStorage.getItem(KEY) ?? "null");
export const onAccount = (listener) => listeners.add(listener);

export function keep(value) {
  if (value) sessionStorage.setItem(KEY, JSON.stringify(value));
  else sessionStorage.removeItem(KEY);
  listeners.forEach((listener) => listener());
}

async function send(query, variables, token) {
  const headers = { "Content-Type": "application/json" };
  if (token) headers.Authorization = `Bearer ${token}`;
  const answer = await fetch("/graphql", { method: "POST", headers, body: JSON.stringify({ query, variables }) });
  return answer.json();
}

const unauthenticated = (answer) => answer.errors?.some((error) => error.extensions?.code === "UNAUTHENTICATED");

let refreshing = null;

async function refreshed() {
  const old = tokens();
  if (!old) return null;
  const query = "mutation($t: String!) { refresh(refreshToken: $t) { ... on AuthTokens { accessToken refreshToken user { email roles } } } }";
  const fresh = (await send(query, { t: old.refreshToken })).data?.refresh;
  keep(fresh?.accessToken ? fresh : null);
  return fresh?.accessToken ?? null;
}

// The data of the answer; throws with the first error's message.
export async function ask(query, variables = {}) {
  let answer = await send(query, variables, tokens()?.accessToken);
  if (unauthenticated(answer) && tokens()) {
    refreshing ??= refreshed().finally(() => { refreshing = null; });
    answer = await send(query, variables, await refreshing);
  }
  if (answer.errors) throw Object.assign(new Error(answer.errors[0].message), { code: answer.errors[0].extensions?.code });
  return answer.data;
}

export async function signIn(email, password) {
  const query = `mutation($input: LoginInput!) { login(input: $input) { __typename
    ... on AuthTokens { accessToken refreshToken user { email roles } } ... on Error { message } } }`;
  const { login } = await ask(query, { input: { email, password } });
  if (login.__typename !== "AuthTokens") throw new Error(login.message);
  keep(login);
}
