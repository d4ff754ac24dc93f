// Waits for LivePerson's SDK, binds the paths, and tells when the model has come to rest.
import { type AgentSdk, PATHS } from './liveperson.ts';
import { type Model, gather } from './model.ts';

type Listener = {
  find: () => AgentSdk | undefined;
  /** The model has not changed for a moment. */
  onRest: (model: Model) => void;
  /** The SDK has not answered for long. It is still waited for. */
  onSilence: () => void;
  onFocus: () => void;
};

export const QUIET_MS = 300;
/** How long a path that does not answer keeps the first context back. */
export const PATIENCE_MS = 2_000;
export const SILENCE_MS = 10_000;
const EAGER_MS = 100;
const CALM_MS = 1_000;

export function listen({ find, onRest, onSilence, onFocus }: Listener): void {
  let waited = 0;
  const look = () => {
    const found = find();
    if (found) return start(found, onRest, onSilence, onFocus);
    const step = waited < SILENCE_MS ? EAGER_MS : CALM_MS;
    if (waited < SILENCE_MS && waited + step >= SILENCE_MS) onSilence();
    waited += step;
    setTimeout(look, step);
  };
  look();
}

function start(sdk: AgentSdk, onRest: (model: Model) => void, onSilence: () => void, onFocus: () => void): void {
  let model: Model = {};
  let resting: ReturnType<typeof setTimeout> | undefined;
  let impatient = false;
  let heard = false;
  const waiting = new Set<string>(PATHS);
  const rest = () => {
    if (waiting.size > 0 && !impatient) return;
    if (!heard && waiting.size === PATHS.length) return;
    onRest(model);
  };
  const later = () => {
    clearTimeout(resting);
    resting = setTimeout(rest, QUIET_MS);
  };
  const settle = (path: string) => {
    waiting.delete(path);
    later();
  };
  try {
    sdk.init({ visitorFocusedCallback: onFocus });
    for (const path of PATHS) {
      const changed = ({ newValue }: { newValue: unknown }) => {
        heard = true;
        model = gather(model, path, newValue);
        settle(path);
      };
      // A path that cannot be bound is a member that is missing; the server says when it is one that matters.
      sdk.bind(path, changed, () => settle(path));
    }
  } catch {
    return onSilence();
  }
  setTimeout(() => {
    impatient = true;
    later();
  }, PATIENCE_MS);
  setTimeout(() => {
    if (!heard && waiting.size === PATHS.length) onSilence();
  }, SILENCE_MS);
}
