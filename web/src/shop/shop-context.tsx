// What every page of the shop needs: the client, the basket, the payments, and the way to sign in. New for every person.

import { cacheExchange, type Client } from "@urql/core";
import { Provider } from "@urql/preact";
import { type ComponentChildren, createContext } from "preact";
import { useContext, useEffect, useMemo, useState } from "preact/hooks";
import { newKey } from "../client/key";
import { storage } from "../client/storage";
import { ask, makeClient } from "../client/transport";
import { BasketDocument, BuyTicketsDocument, OrderProgressDocument } from "../generated";
import { type Account, auth, useAccount } from "./account";
import { type Basket, type BasketState, makeBasket } from "./basket-store";
import { noticing } from "./connection";
import { makePayments, type Payments } from "./payments";

export interface Shop {
  user: Account["user"] | null;
  client: Client;
  basket: Basket;
  payments: Payments;
  askToSignIn(): void;
}

const ShopContext = createContext<Shop | null>(null);

export function useShop(): Shop {
  const shop = useContext(ShopContext);
  if (!shop) throw new Error("outside of the shop");
  return shop;
}

export function ShopProvider({ askToSignIn, children }: { askToSignIn(): void; children: ComponentChildren }) {
  const user = useAccount();
  const made = useMemo(() => open(user), [user?.id]);
  useEffect(() => {
    if (!user) return undefined;
    const { basket, payments } = made;
    const look = (): void => {
      if (document.visibilityState === "visible") void basket.refresh();
    };
    void basket.refresh();
    payments.resume();
    document.addEventListener("visibilitychange", look);
    addEventListener("online", look);
    return () => {
      payments.stop();
      document.removeEventListener("visibilitychange", look);
      removeEventListener("online", look);
    };
  }, [made]);
  const shop = useMemo(() => ({ ...made, user, askToSignIn }), [made, user, askToSignIn]);
  return (
    <Provider value={made.client}>
      <ShopContext.Provider value={shop}>{children}</ShopContext.Provider>
    </Provider>
  );
}

function open(user: Account["user"] | null): Pick<Shop, "client" | "basket" | "payments"> {
  const client = makeClient("", auth, [cacheExchange, noticing]);
  const basket = makeBasket(async () => (user ? ((await ask(client, BasketDocument, {})).me?.holds ?? []) : []));
  const payments = makePayments({
    name: `usher-payments-${user?.id ?? ""}`,
    storage,
    newKey,
    wait: (milliseconds) => new Promise((resolve) => setTimeout(resolve, milliseconds)),
    progress: (id) => ask(client, OrderProgressDocument, { id }),
    buy: async ({ holdId, method, key }) => (await ask(client, BuyTicketsDocument, { input: { holdId, paymentMethod: method, idempotencyKey: key } })).buyTickets,
  });
  payments.listen(() => {
    if ([...payments.all().values()].some(({ step }) => step === "paid" || step === "gone" || step === "refused")) void basket.refresh();
  });
  return { client, basket, payments };
}

/** Renders again with everything that changes in the basket. */
export function useBasket(): BasketState {
  const { basket } = useShop();
  return useStore(basket.listen, basket.state);
}

/** Renders again with every step of a payment. */
export function usePayments(): Payments {
  const { payments } = useShop();
  useStore(payments.listen, () => [...payments.all().values()]);
  return payments;
}

function useStore<State>(listen: (listener: () => void) => () => void, read: () => State): State {
  const [, again] = useState(0);
  useEffect(() => {
    const look = (): void => again((count) => count + 1);
    look();
    return listen(look);
  }, [listen]);
  return read();
}
