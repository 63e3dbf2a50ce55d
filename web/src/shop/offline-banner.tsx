// Says when we are cut off, and looks for the server until it answers again.

import { gql } from "@urql/core";
import { useEffect } from "preact/hooks";
import { useConnection } from "./connection";
import { Icon } from "./icons";
import { useShop } from "./shop-context";
import { useWords } from "./speech";

const EVERY = 4_000;
const PING = gql`{ __typename }`;

export function OfflineBanner() {
  const { words } = useWords();
  const { client } = useShop();
  const connection = useConnection();
  useEffect(() => {
    if (connection !== "unreachable") return undefined;
    const timer = setInterval(() => void client.query(PING, {}, { requestPolicy: "network-only" }).toPromise(), EVERY);
    return () => clearInterval(timer);
  }, [connection, client]);
  return (
    <div role="status" class="banner-place">
      {connection !== "online" && <p class="banner"><Icon name="offline" />{connection === "offline" ? words.offline : words.unreachable}</p>}
    </div>
  );
}
