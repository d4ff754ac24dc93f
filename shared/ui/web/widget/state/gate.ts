// Who is not signed in waits here: calls that were refused are repeated once somebody has signed in.
import { signal } from '@preact/signals';

/** A call was refused because nobody is signed in. */
export const signedOut = signal(false);

let waiting: { goOn: () => void; giveUp: () => void }[] = [];

export function untilSignedIn(): Promise<void> {
  signedOut.value = true;
  return new Promise((goOn, giveUp) => waiting.push({ goOn, giveUp: () => giveUp(new SignedOut()) }));
}

/** Lets everyone go on. */
export function open(): void {
  signedOut.value = false;
  const released = waiting;
  waiting = [];
  for (const { goOn } of released) goOn();
}

/** Sends everyone away: the person signed out. */
export function dismiss(): void {
  signedOut.value = false;
  const released = waiting;
  waiting = [];
  for (const { giveUp } of released) giveUp();
}

/** Nothing to tell: the page shows already that nobody is signed in. */
export class SignedOut extends Error {
  constructor() {
    super('You are signed out.');
  }
}
