import { describe, expect, it } from 'vitest';
import { base64url, challengeOf, newProof } from './challenge.ts';

describe('the secret of a sign-in', () => {
  it('is hashed as RFC 7636 shows it', async () => {
    expect(await challengeOf('dBjftJeZ4CVP-mB92K27uhbUJU1p1r_wW1gFWFOEjXk')).toBe('E9Melhoa2OwvFrEMTJguCHaoeK1t8URWbuGJSstw-cM');
  });

  it('is 43 characters and new every time', async () => {
    const [one, two] = [await newProof(), await newProof()];
    expect(one.nonce).toMatch(/^[\w-]{43}$/);
    expect(one.challenge).toBe(await challengeOf(one.nonce));
    expect(one.nonce).not.toBe(two.nonce);
  });

  it('uses the alphabet of addresses', () => {
    expect(base64url(new Uint8Array([251, 255, 254, 1]))).toBe('-__-AQ');
  });
});
