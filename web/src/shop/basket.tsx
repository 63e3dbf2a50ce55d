// Everything that is held and not paid, what ran out, and what was just bought.

import { Icon } from "./icons";
import { HeldCard } from "./held-card";
import { OutcomeCard, PaidCard } from "./payment-cards";
import { PageHeading } from "./router";
import { sessionPath } from "./routes";
import { useBasket, usePayments, useShop } from "./shop-context";
import { useWords } from "./speech";
import { Empty, Failed, SignedOut, Waiting } from "./states";
import type { HeldTickets } from "./basket-store";

export function BasketPage() {
  const { words } = useWords();
  const { user, basket } = useShop();
  const { known, failed, held, expired } = useBasket();
  const payments = usePayments();
  if (!user) return <SignedOut icon="basket" title={words.basketNobody} text={words.basketNobodyText} />;
  const shown = new Set(held.map(({ hold }) => hold.id));
  const others = [...payments.all()].filter(([holdId, { step }]) => !shown.has(holdId) && step !== "choosing");
  if (!known && failed) return <Failed page why="offline" again={() => void basket.refresh()} />;
  if (!known) return <><PageHeading title={words.basket} /><Waiting shape="ticket" count={2} /></>;
  if (!held.length && !expired.length && !others.length)
    return <Empty page icon="basket" title={words.basketNothing} text={words.basketNothingText}><a class="button" href="/">{words.lostWay}</a></Empty>;
  return (
    <div class="basket-page">
      <PageHeading title={words.basket} />
      {others.map(([holdId, checkout]) =>
        checkout.step === "paid" ? <PaidCard key={holdId} order={checkout.order} dismiss={() => payments.dismiss(holdId)} /> : <OutcomeCard key={holdId} holdId={holdId} />)}
      {expired.filter(({ id }) => payments.of(id).step === "choosing").map((hold) => <ExpiredCard key={hold.id} hold={hold} dismiss={() => basket.forget(hold.id)} />)}
      {held.map((one) => {
        const checkout = payments.of(one.hold.id);
        return checkout.step === "paid" ? <PaidCard key={one.hold.id} order={checkout.order} dismiss={() => payments.dismiss(one.hold.id)} /> : <HeldCard key={one.hold.id} {...one} />;
      })}
    </div>
  );
}

function ExpiredCard({ hold, dismiss }: { hold: HeldTickets; dismiss(): void }) {
  const { words } = useWords();
  return (
    <section class="card basket-card expired">
      <h2><Icon name="clock" />{words.expiredTitle}</h2>
      <p><strong><bdi>{hold.session.event.title}</bdi></strong></p>
      <p class="quiet">{words.expiredText}</p>
      <div class="choices">
        <a class="button" href={sessionPath(hold.session.id, hold.seats)}>{words.pickAgain}</a>
        <button type="button" class="plain" onClick={dismiss}>{words.dismiss}</button>
      </div>
    </section>
  );
}

