// The end of a sign-in: hands the one-time code to the frame that opened this window, and closes it.
import './styles.css';

const code = document.querySelector<HTMLMetaElement>('meta[name="chatlink-code"]')?.content;
const opener = window.opener as Window | null;

if (code && opener) {
  opener.postMessage({ chatlink: 'signed-in', code }, location.origin);
  window.close();
} else if (code) {
  const sentence = document.getElementById('sentence');
  const wayOut = document.getElementById('way-out');
  if (sentence) sentence.textContent = 'This window has lost the conversation it was opened from, so the sign-in could not be finished.';
  if (wayOut) wayOut.textContent = 'Close this window, go back to the conversation and sign in again.';
}
