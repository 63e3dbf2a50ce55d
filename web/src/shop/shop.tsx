// The shop's frame: header, the page that the address names, notices, the sign-in dialog, and what shows when a page breaks.

import { useCallback, useEffect, useErrorBoundary, useState } from "preact/hooks";
import { account } from "./account";
import { AccountPage } from "./account-page";
import { BasketPage } from "./basket";
import { Browse } from "./browse";
import { EventPage } from "./event";
import { ForgotPage, ResetPage } from "./forgot";
import { Header } from "./header";
import { InvitationPage } from "./invitation";
import { Notices, notify } from "./notices";
import { OfflineBanner } from "./offline-banner";
import { RegisterPage } from "./register";
import { type Place, usePlace } from "./router";
import { routeOf } from "./routes";
import { SessionPage } from "./session";
import { ShopProvider, useBasket, useShop } from "./shop-context";
import { SignIn } from "./sign-in";
import { SpeechProvider, useWords } from "./speech";
import { Failed, Lost } from "./states";
import { TicketsPage } from "./tickets";
import { VerifyPage } from "./verify";

export function Shop() {
  const [signingIn, setSigningIn] = useState(false);
  const askToSignIn = useCallback(() => setSigningIn(true), []);
  return (
    <SpeechProvider>
      <ShopProvider askToSignIn={askToSignIn}>
        <Frame />
        {signingIn && <SignInHere done={() => setSigningIn(false)} />}
      </ShopProvider>
    </SpeechProvider>
  );
}

function SignInHere({ done }: { done(): void }) {
  const { locale, words } = useWords();
  return <SignIn locale={locale} onClose={(signedIn) => { done(); if (signedIn) notify(words.signedInNow(account()?.user.email ?? "")); }} />;
}

function Frame() {
  const { words } = useWords();
  const place = usePlace();
  return (
    <>
      <a class="skip" href="#main">{words.skip}</a>
      <Header place={place} />
      <OfflineBanner />
      <main id="main" tabIndex={-1}><Guarded key={place.path} place={place} /></main>
      <footer class="foot quiet"><p>{words.footer}</p></footer>
      <Notices />
      <Sweeper />
    </>
  );
}

function Guarded({ place }: { place: Place }) {
  const [error, reset] = useErrorBoundary();
  return error ? <Failed page why={navigator.onLine ? "server" : "offline"} again={reset} /> : <Page place={place} />;
}

function Page({ place: { path, search } }: { place: Place }) {
  const route = routeOf(path);
  switch (route.page) {
    case "browse": return <Browse search={search} />;
    case "event": return <EventPage slug={route.slug} />;
    case "session": return <SessionPage id={route.id} search={search} />;
    case "basket": return <BasketPage />;
    case "tickets": return <TicketsPage />;
    case "register": return <RegisterPage />;
    case "forgot": return <ForgotPage />;
    case "reset": return <ResetPage />;
    case "verify": return <VerifyPage />;
    case "invitation": return <InvitationPage />;
    case "account": return <AccountPage />;
    case "lost": return <Lost />;
  }
}

/** Wherever somebody is, what ran out is said; the server is asked, in case it was bought or changed elsewhere. */
function Sweeper() {
  const { words } = useWords();
  const { basket } = useShop();
  const counting = useBasket().held.length > 0;
  useEffect(() => {
    if (!counting) return undefined;
    const timer = setInterval(() => {
      const over = basket.sweep();
      if (location.pathname !== "/basket") for (const hold of over) notify(`\u2068${hold.session.event.title}\u2069: ${words.expiredTitle}`, "bad");
      if (over.length) void basket.refresh();
    }, 500);
    return () => clearInterval(timer);
  }, [basket, counting, words]);
  return null;
}
