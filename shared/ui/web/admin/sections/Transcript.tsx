// The Chat Transcript record: where its text goes, what is taken out of it, and its own mapped fields.
import { CheckAt, bound } from '../components/Bound.tsx';
import { RadioField } from '../../components/Field.tsx';
import { Locked } from '../components/Locked.tsx';
import { Card, Page } from '../components/Page.tsx';
import { draft, edit } from '../state/draft.ts';
import { Redaction } from './Redaction.tsx';
import { TranscriptFields } from './TranscriptFields.tsx';

const MODES = [
  { value: 'field', label: 'In the record', help: "Into the record's transcript field. A text that is too long is cut at a message, with a visible mark." },
  { value: 'attachment', label: 'As a file', help: 'As a Salesforce File linked to the record, always whole.' },
  { value: 'both', label: 'Both', help: 'In the record, and whole as a file.' },
];

export function Transcript() {
  const path = ['transcript', 'save_mode'];
  return (
    <Page title="Chat transcript" about="What the sync writes into the Chat Transcript record of every conversation.">
      <Locked>
        <Card title="Text of the conversation">
          <RadioField {...bound(path)} legend="Save mode" value={draft.value?.transcript.save_mode ?? 'field'} choices={MODES} onChange={(mode) => edit(path, mode)} />
          <CheckAt path={['transcript', 'include_agent_only_lines']} label="Include lines only agents can see" help="Private messages between agents and their managers." />
        </Card>
        <Redaction />
        <TranscriptFields />
      </Locked>
    </Page>
  );
}
