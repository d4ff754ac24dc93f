// The secret of one sign-in: the frame keeps the nonce, the pop-up carries only its hash.

export type Proof = { nonce: string; challenge: string };

export async function newProof(): Promise<Proof> {
  const nonce = base64url(crypto.getRandomValues(new Uint8Array(32)));
  return { nonce, challenge: await challengeOf(nonce) };
}

export async function challengeOf(nonce: string): Promise<string> {
  return base64url(new Uint8Array(await crypto.subtle.digest('SHA-256', new TextEncoder().encode(nonce))));
}

/** Without padding, as addresses carry it. */
export function base64url(bytes: Uint8Array): string {
  const text = btoa(String.fromCharCode(...bytes));
  return text.replaceAll('+', '-').replaceAll('/', '_').replaceAll('=', '');
}
