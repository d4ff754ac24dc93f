// The line at the foot: how the conversation's transcript stands.
import { Button } from '../../components/Button.tsx';
import { Icon } from '../../components/Icon.tsx';
import { time } from '../../components/words.ts';
import { sync } from '../icons.ts';
import { webAddress } from '../logic/show.ts';
import type { Context } from '../state/context.ts';
import { syncChat, syncing, transcript } from '../state/links.ts';
import type { Transcript } from '../types.ts';

export function Footer({ now }: { now: Context }) {
  const standing = transcript.value;
  if (!standing) return null;
  const url = webAddress(standing.url);
  const channel = now.conversation.channel === 'messaging' ? 'Messaging' : 'Chat';
  return (
    <footer class="foot">
      <div class="foot-text">
        <span class="foot-what">{channel}{now.skill.name && ` · ${now.skill.name}`}</span>
        <span class="foot-state">
          {url ? (
            <a href={url} target="_blank" rel="noopener noreferrer" title="Opens the transcript in Salesforce, in a new tab">
              Transcript <Icon name="link" />
            </a>
          ) : 'Transcript'}
          {': '}{wordsFor(standing)}
        </span>
      </div>
      {standing.may_sync && <Button icon={sync} busy={syncing.value} onClick={() => void syncChat()}>Sync Chat</Button>}
    </footer>
  );
}

function wordsFor({ state, last_synced }: Transcript): string {
  switch (state) {
    case 'waiting':
      return 'being created…';
    case 'open':
      return last_synced ? `last written ${time(last_synced)}` : 'written when it ends';
    case 'synced':
      return last_synced ? `complete, ${time(last_synced)}` : 'complete';
  }
}
