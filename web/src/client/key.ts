// Idempotency keys: one for everything that is meant to be done once, kept for as long as it is not answered.

/** Not randomUUID, which only secure addresses have. */
export const newKey = (): string => Array.from(crypto.getRandomValues(new Uint8Array(16)), (byte) => byte.toString(16).padStart(2, "0")).join("");
