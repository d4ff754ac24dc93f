// Signing in by a pop-up, for this frame and for the frames of other conversations beside it.
import { signal } from '@preact/signals';
import { ApiError, api, sentenceOf, signInAddress } from '../api.ts';
import { type Proof, newProof } from '../logic/challenge.ts';
import { dismiss, open } from './gate.ts';

export type SignIn =
  | { state: 'ready' | 'open' | 'blocked' | 'closed' | 'finishing' }
  | { state: 'refused'; sentence: string };

export const signIn = signal<SignIn>({ state: 'ready' });
/** Made before the click, because a pop-up must be opened in the click itself. */
export const proof = signal<Proof | null>(null);

const CHANNEL = 'chatlink-sign-in';
const SIZE = 'popup,width=520,height=680';
const WATCH_MS = 500;
const others = new BroadcastChannel(CHANNEL);
let signedInAt = 0;
let onSignedIn: () => void = () => {};
let onSignedOut: () => void = () => {};

export function startSession(after: { signedIn: () => void; signedOut: () => void }): void {
  ({ signedIn: onSignedIn, signedOut: onSignedOut } = after);
  window.addEventListener('message', (event) => {
    const said = event.data as { chatlink?: unknown; code?: unknown } | null;
    if (event.origin !== location.origin || said?.chatlink !== 'signed-in' || typeof said.code !== 'string') return;
    void finish(said.code);
  });
  others.onmessage = () => arrive();
}

/** A fresh secret for the next attempt. */
export async function prepare(): Promise<void> {
  proof.value ??= await newProof();
}

export function openPopUp(): void {
  if (!proof.value) return;
  const popUp = window.open(signInAddress(proof.value.challenge), windowName(proof.value), SIZE);
  signIn.value = { state: popUp ? 'open' : 'blocked' };
  if (popUp) watch(popUp);
}

/** Each frame has a window of its own: one that is found again by its name hands its code to the frame that opened it. */
export function windowName({ challenge }: Proof): string {
  return `${CHANNEL}-${challenge.slice(0, 8)}`;
}

/** Somebody who closes the window is not left waiting. A message that comes after all still counts. */
function watch(popUp: Window): void {
  const timer = setInterval(() => {
    if (!popUp.closed) return;
    clearInterval(timer);
    setTimeout(() => {
      if (signIn.value.state === 'open') signIn.value = { state: 'closed' };
    }, WATCH_MS);
  }, WATCH_MS);
}

async function finish(code: string): Promise<void> {
  const used = proof.value;
  if (!used) return;
  proof.value = null;
  signIn.value = { state: 'finishing' };
  try {
    await api.session(code, used.nonce);
    others.postMessage('in');
    arrive();
  } catch (error) {
    const told = error instanceof ApiError && error.status === 403 ? sentenceOf(error) : `Signing in did not work. ${sentenceOf(error)}`;
    signIn.value = { state: 'refused', sentence: told };
    await prepare();
  }
}

function arrive(): void {
  signedInAt = Date.now();
  signIn.value = { state: 'ready' };
  open();
  onSignedIn();
}

/** Signed in a moment ago and asked again: the browser does not keep the cookie. */
export function cookieRefused(): boolean {
  return Date.now() - signedInAt < 10_000;
}

export async function signOut(): Promise<void> {
  await api.signOut();
  signedInAt = 0;
  dismiss();
  onSignedOut();
}
