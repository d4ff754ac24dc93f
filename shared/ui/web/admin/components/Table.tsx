// A table of what happened: one column per fact.
import type { ComponentChildren } from 'preact';
import { Button } from '../../components/Button.tsx';

export type Column<Row> = { head: string; cell: (row: Row) => ComponentChildren; kind?: 'number' | 'wide' | 'short' | 'id' | 'whole' };

type Props<Row> = { caption: string; columns: readonly Column<Row>[]; rows: readonly Row[]; keyOf: (row: Row) => string };

export function Table<Row>({ caption, columns, rows, keyOf }: Props<Row>) {
  return (
    <div class="table-scroll" tabIndex={0} role="region" aria-label={caption}>
      <table class="slds-table slds-table_bordered table">
        <caption class="slds-assistive-text">{caption}</caption>
        <thead>
          <tr>
            {columns.map(({ head, kind }) => <th key={head} scope="col" class={kind && `cell_${kind}`}>{head}</th>)}
          </tr>
        </thead>
        <tbody>
          {rows.map((row) => (
            <tr key={keyOf(row)}>
              {columns.map(({ head, cell, kind }) => <td key={head} data-label={head} class={kind && `cell_${kind}`}>{cell(row)}</td>)}
            </tr>
          ))}
        </tbody>
      </table>
    </div>
  );
}

export function Badge({ kind, children }: { kind: 'success' | 'warning' | 'error' | 'plain'; children: ComponentChildren }) {
  return <span class={`slds-badge badge_${kind}`}>{children}</span>;
}

/** Pages that are read one after the other: back to the first, on to the next. */
export function Pager<Next extends string | number>({ first, next, onFirst, onNext }: {
  first: boolean;
  next: Next | null;
  onFirst: () => void;
  onNext: (next: Next) => void;
}) {
  if (first && next === null) return null;
  return (
    <nav class="pager" aria-label="Pages">
      <Button onClick={onFirst} disabled={first}>Newest</Button>
      <Button onClick={() => next !== null && onNext(next)} disabled={next === null}>Older</Button>
    </nav>
  );
}
