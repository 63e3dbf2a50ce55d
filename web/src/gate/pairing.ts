// What becomes of a pairing code: this device's own account, or why not.

import { ask, Refused, Unreachable } from "../client/transport";
import { ClaimGateDeviceDocument } from "../generated";
import { keepAccount, nobodysClient } from "../shop/account";

/** The word that says it. */
export type PairingTrouble = "pairWrong" | "pairTooOften" | "pairBusy" | "pairUnreachable";

const REFUSED = { NotFound: "pairWrong", TooManyAttempts: "pairTooOften", ServerBusy: "pairBusy" } as const;
const DEVICE = /@device\.invalid$/;

/** Devices have no email that anybody reads. */
export const isDevice = (email: string): boolean => DEVICE.test(email);

/** null: it is paired, and signed in. */
export async function claimDevice(code: string): Promise<PairingTrouble | null> {
  try {
    const { claimGateDevice } = await ask(nobodysClient, ClaimGateDeviceDocument, { code });
    if (claimGateDevice.__typename !== "AuthTokens") return REFUSED[claimGateDevice.__typename];
    const { accessToken, refreshToken, user } = claimGateDevice;
    keepAccount({ accessToken, refreshToken, user });
    return null;
  } catch (error) {
    if (error instanceof Unreachable) return "pairUnreachable";
    if (error instanceof Refused) return "pairBusy";
    throw error;
  }
}
