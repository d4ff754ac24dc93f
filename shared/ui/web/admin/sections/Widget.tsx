// How the widget is set up in LivePerson, and whether everything is ready for it.
import { useState } from 'preact/hooks';
import { api } from '../api.ts';
import { Button } from '../../components/Button.tsx';
import { Icon } from '../../components/Icon.tsx';
import { Card, Page, Reading } from '../components/Page.tsx';
import { useLoaded } from '../state/load.ts';
import type { WidgetSetup } from '../types.ts';

export function Widget() {
  const found = useLoaded(api.widgetSetup);
  return (
    <Page
      title="Widget set-up"
      about="Agents open Chatlink as a custom widget of LivePerson's agent workspace. It is set up there once."
      actions={<Button icon="refresh" onClick={found.reload}>Check again</Button>}
    >
      <Reading of={found} what="the set-up">
        {(setup) => (
          <>
            <Card title="What to enter">
              <dl class="entries">
                <Copied name="URL" value={setup.url} />
                <Copied name="Name" value={setup.name} />
                <Copied name="Size" value={setup.size} />
                <Copied name="Fallback link" value={setup.fallback_link} />
                <Copied name="Seconds until the fallback link" value={String(setup.fallback_seconds)} />
              </dl>
            </Card>
            <Steps setup={setup} />
            <Checks setup={setup} />
          </>
        )}
      </Reading>
    </Page>
  );
}

function Copied({ name, value }: { name: string; value: string }) {
  const [said, setSaid] = useState('');
  const copy = () => {
    navigator.clipboard.writeText(value).then(
      () => setSaid('Copied'),
      () => setSaid('The browser did not allow it; mark the text and copy it'),
    );
  };
  return (
    <div>
      <dt>{name}</dt>
      <dd>
        <span class="copied">{value}</span>
        <button type="button" class="slds-button slds-button_neutral" aria-label={`Copy ${name}`} onClick={copy}>Copy</button>
        <span role="status">{said}</span>
      </dd>
    </div>
  );
}

function Steps({ setup }: { setup: WidgetSetup }) {
  return (
    <Card title="Steps in LivePerson">
      <ol class="steps">
        <li>Sign in to LivePerson as an administrator and open the agent workspace.</li>
        <li>Open <strong>Night Vision</strong>, then <strong>Agent Workspace configuration</strong>, and choose <strong>+</strong> to add a custom widget. An account can have five.</li>
        <li>Enter the name <strong>{setup.name}</strong>, the URL above, and the width <strong>{setup.size}</strong>.</li>
        <li>Assign the skills that are set up here under Skills. Agents of other skills would see an empty widget.</li>
        <li>Where it is offered, open the advanced settings for the LivePerson integration SDK and enter the fallback link, shown when the widget has not loaded after {setup.fallback_seconds} seconds.</li>
        <li>Save. Agents see the widget after they load their workspace again.</li>
      </ol>
    </Card>
  );
}

function Checks({ setup }: { setup: WidgetSetup }) {
  return (
    <Card title="Checks">
      <ul class="checks">
        {setup.checks.map(({ check, ok, sentence }) => (
          <li key={check} class={ok ? 'check_ok' : 'check_bad'}>
            <Icon name={ok ? 'success' : 'warning'} />
            <span><span class="slds-assistive-text">{ok ? 'In order: ' : 'To mend: '}</span>{sentence}</span>
          </li>
        ))}
      </ul>
    </Card>
  );
}
