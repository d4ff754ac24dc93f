// What is taken out of transcripts and mapped text before anything is written.
import { TextAt } from '../components/Bound.tsx';
import { CheckField } from '../../components/Field.tsx';
import { Card } from '../components/Page.tsx';
import { AddRow, RowActions } from '../components/RowActions.tsx';
import { toggle } from '../logic/lists.ts';
import { draft, edit } from '../state/draft.ts';
import type { RedactionRule } from '../types.ts';

const KINDS: { kind: RedactionRule & string; label: string; help: string }[] = [
  { kind: 'payment_card', label: 'Payment card numbers', help: '13 to 19 digits that pass the check of card numbers.' },
  { kind: 'email', label: 'E-mail addresses', help: 'Mapped e-mail fields lose them too.' },
  { kind: 'phone', label: 'Telephone numbers', help: 'In the usual ways of writing them.' },
];

export function Redaction() {
  const list = ['transcript', 'redaction'];
  const rules = draft.value?.transcript.redaction ?? [];
  return (
    <Card title="Redaction" about="Taken out of transcripts and mapped text before anything is written to Salesforce. What was taken out cannot be brought back from there.">
      {KINDS.map(({ kind, label, help }) => (
        <CheckField
          key={kind}
          label={label}
          help={help}
          checked={rules.includes(kind)}
          onChange={(on) => edit(list, toggle(rules, kind, on))}
        />
      ))}
      {rules.map((rule, n) =>
        typeof rule === 'string' ? null : (
          <div class="rule" key={n}>
            <TextAt path={[...list, n, 'pattern', 'name']} label="Name" required help="Shown in the place of what was taken out" />
            <TextAt path={[...list, n, 'pattern', 'regex']} label="Pattern" required help="A regular expression, such as ORD-[0-9]+" />
            <RowActions list={list} place={n} name={rule.pattern.name || 'the new pattern'} />
          </div>
        ),
      )}
      <AddRow list={list} item={() => ({ pattern: { name: '', regex: '' } })}>Add a pattern</AddRow>
    </Card>
  );
}
