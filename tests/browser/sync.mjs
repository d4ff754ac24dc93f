// A manual sync to its end, and what is to be read afterwards.

export async function syncs(admin) {
  await admin.goTo('Manual sync');
  await admin.looks('manual-sync');
  await admin.button('Start the sync').click();
  // A quick machine is done before its progress is seen.
  await admin.sees(/^(Asking LivePerson what there is…|[\d,]+ of [\d,]+ conversations read|Balanced: every conversation .*)$/);
  await admin.looks('manual-sync-begun');
  await admin.sees('Balanced: every conversation that was fetched is accounted for.');
  await admin.sees(admin.page.getByText('Succeeded', { exact: true }));
  await admin.looks('manual-sync-done', { narrow: true });
}

export async function readsWhatHappened(admin) {
  await admin.page.getByRole('link', { name: 'Open this run' }).click();
  await admin.sees('What the event log says');
  await admin.looks('run');
  await admin.goTo('Runs');
  await admin.sees(admin.page.getByRole('table', { name: 'Latest runs' }).getByText('Succeeded'));
  await admin.looks('runs', { narrow: true });
  await admin.goTo('Chat Transcripts');
  await admin.sees(admin.page.getByRole('table', { name: 'Latest records' }).getByRole('row').nth(1));
  await admin.looks('transcripts', { narrow: true });
  await admin.goTo('Event log');
  await admin.field('List view').selectOption('Configuration');
  await admin.sees(admin.page.getByRole('main').getByRole('heading', { level: 2, name: 'Configuration' }));
  await admin.field('List view').selectOption('All');
  await admin.looks('event-log', { narrow: true });
  await admin.goTo('Audit log');
  await admin.sees('noor.adair@chatlink.example');
  await admin.looks('audit', { narrow: true });
}
