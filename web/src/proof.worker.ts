// Solves a challenge beside the page: counts until the hash of "CHALLENGE:N" begins with enough zero bits.
// Not crypto.subtle: it waits for every hash, and does not exist where the page comes over plain http.
import { sha256 } from "@noble/hashes/sha2.js";
import { zeroBits } from "./zero_bits.ts";

self.addEventListener("message", ({ data }: MessageEvent<{ challenge: string; difficulty: number }>) => {
  const encoder = new TextEncoder();
  const start = sha256.create().update(encoder.encode(`${data.challenge}:`));
  for (let n = 0; ; n++) {
    const hash = start
      .clone()
      .update(encoder.encode(String(n)))
      .digest();
    if (zeroBits(hash) < data.difficulty) continue;
    postMessage(`${data.challenge}:${n}`);
    return;
  }
});
