/** @jsxImportSource react */
// Who asks: the token that goes with every request and with every websocket, and the demo's accounts to sign in as.

import { useState } from "react";
import { useExplored } from "./explored";
import { useStored } from "./store";

export function Head(): React.ReactNode {
  const { identities } = useExplored();
  const { token, email } = useStored(identities);
  return (
    <header className="head">
      <a className="brand" href="/">
        <img src="/icon.svg" alt="" width="28" height="28" />
        <span>Usher</span>
      </a>
      <h1>API explorer</h1>
      <label className="token">
        <span>Access token</span>
        <input value={token} onChange={(event) => identities.paste(event.currentTarget.value)} placeholder="none: asking as nobody" spellCheck={false} autoComplete="off" />
      </label>
      <SignIn />
      <p className="who" role="status">
        {email ? `Signed in as ${email}` : token ? "Asking with a token of your own" : "Asking as nobody"}
      </p>
      {token && <button type="button" onClick={() => identities.paste("")}>Sign out</button>}
    </header>
  );
}

function SignIn(): React.ReactNode {
  const { identities, known } = useExplored();
  const { demo } = useStored(known);
  const { email: current } = useStored(identities);
  const [refused, setRefused] = useState<string | null>(null);
  if (!demo) return null;

  async function signIn(email: string): Promise<void> {
    setRefused(await identities.signIn(email, demo?.password ?? "").catch((error: Error) => error.message));
  }

  return (
    <div className="sign-in" role="group" aria-label="Sign in as">
      <span aria-hidden="true">Sign in as</span>
      {demo.accounts.map(({ email }) => (
        <button key={email} type="button" title={email} aria-pressed={email === current} onClick={() => void signIn(email)}>
          {email.split("@")[0]}
        </button>
      ))}
      {refused && <span className="refused" role="alert">{refused}</span>}
    </div>
  );
}
