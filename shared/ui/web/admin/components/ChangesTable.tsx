// What changed, place by place: before and after.
import { describeChange } from '../paths.ts';
import { value } from '../logic/show.ts';
import type { Change } from '../types.ts';
import { Empty } from '../../components/Note.tsx';
import { Table } from './Table.tsx';

/** `root` is the configuration that names the items of lists. */
export function ChangesTable({ changes, root, caption = 'Changes' }: {
  changes: readonly Change[];
  root: unknown;
  caption?: string;
}) {
  if (changes.length === 0) return <Empty>Nothing is different.</Empty>;
  return (
    <Table
      caption={caption}
      rows={changes}
      keyOf={(change) => change.path + String(change.after === undefined)}
      columns={[
        { head: 'Setting', cell: (change) => describeChange(change, root), kind: 'wide' },
        { head: 'Before', cell: (change) => value(change.before) },
        { head: 'After', cell: (change) => value(change.after) },
      ]}
    />
  );
}
