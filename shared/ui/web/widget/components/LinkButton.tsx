// Links the conversation to a record, or takes the link away again.
import { Button, IconButton } from '../../components/Button.tsx';
import { linked as linkedIcon, unlinked } from '../icons.ts';
import { objectNamed } from '../state/context.ts';
import { type Target, busyWith, isLinked, link, linkedInstead, unlink } from '../state/links.ts';

export function LinkToggle({ target, brand = false }: { target: Target; brand?: boolean }) {
  if (!objectNamed(target.object)?.may_link) return null;
  const busy = busyWith.value === target.id;
  if (isLinked(target.object, target.id)) {
    return <Button icon={unlinked} busy={busy} onClick={() => void unlink(target)}>Unlink</Button>;
  }
  return <Button kind={brand ? 'brand' : 'neutral'} icon={linkedIcon} busy={busy} onClick={() => void link(target)}>Link Chat</Button>;
}

/** The same in little, for a row. */
export function LinkIcon({ target }: { target: Target }) {
  if (!objectNamed(target.object)?.may_link) return null;
  const busy = busyWith.value !== null;
  const here = isLinked(target.object, target.id);
  return (
    <span class={here ? 'is-linked' : ''}>
      <IconButton
        icon={linkedIcon}
        label={here ? `Unlink ${target.name}` : `Link Chat to ${target.name}`}
        disabled={busy}
        onClick={() => void (here ? unlink(target) : link(target))}
      />
    </span>
  );
}

/** What a new link would take the place of, said before it does. */
export function Replaces({ object, id }: { object: string; id: string }) {
  const other = linkedInstead(object, id);
  return other && !isLinked(object, id) ? <p class="hint">Linking replaces the link to {other.name}.</p> : null;
}
