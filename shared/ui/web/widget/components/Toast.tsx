// What was just done, at the foot of the page.
import { IconButton } from '../../components/Button.tsx';
import { Icon } from '../../components/Icon.tsx';
import { hush, notice } from '../state/notice.ts';

export function Toast() {
  const said = notice.value;
  return (
    <div class="toast-place" role="status" aria-live="polite">
      {said && (
        <div class={`toast toast_${said.kind}`}>
          <Icon name={said.kind} />
          <span class="toast-text">{said.text}</span>
          <IconButton icon="close" label="Dismiss this message" onClick={hush} />
        </div>
      )}
    </div>
  );
}
