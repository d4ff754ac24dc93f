// What agents see and what the sync writes: objects, skills, mappings, lists, filters, schedules.

/** Marks items of the one list and moves them to the other. */
async function selects(admin, label, names, within = admin.page) {
  const available = within.getByRole('listbox', { name: new RegExp(`^Available ${label} `) });
  const selected = within.getByRole('listbox', { name: new RegExp(`^Selected ${label} `) });
  for (const name of names) {
    await available.getByRole('option', { name, exact: true }).click();
    await admin.button(`Select the marked ${label}`, within).click();
    await admin.sees(selected.getByRole('option', { name, exact: true }));
  }
  return selected;
}

/** The rows of a table that are edited, one group of rows per entry. */
function row(admin, caption, n) {
  return admin.page.getByRole('table', { name: caption }).getByRole('rowgroup').nth(n);
}

export async function choosesObjects(admin) {
  await admin.goTo('Objects');
  const selected = await selects(admin, 'objects', ['Case', 'Contact', 'Account', 'Lead']);
  await selected.getByRole('option', { name: 'Contact', exact: true }).click();
  await admin.page.keyboard.press('Alt+ArrowUp');
  await admin.sees(selected.getByRole('option').first().and(admin.page.getByRole('option', { name: 'Contact', exact: true })));
  await selected.getByRole('option', { name: 'Lead', exact: true }).click();
  await admin.button('Remove the marked objects').click();
  await admin.seesNoMore(selected.getByRole('option', { name: 'Lead', exact: true }));
  await admin.tick('Disable modify on-load search params');
  await admin.sees(/\d unsaved changes/);
  await admin.looks('objects', { narrow: true });
}

export async function choosesSkill(admin) {
  await admin.goTo('Skills');
  await selects(admin, 'skills', ['Billing']);
  await admin.looks('skills');
  await admin.page.getByRole('main').getByRole('link', { name: 'Billing', exact: true }).click();
  await admin.sees(admin.page.getByRole('heading', { level: 1, name: 'Billing' }));
  await selects(admin, 'objects', ['Contact', 'Case']);
  await selects(admin, 'values', ['Visitor Email']);
  await admin.chooses(admin.field('What agents see first'), 'Search Case');
  await admin.tick('Use Service Console');
  await admin.looks('skill', { narrow: true });
}

export async function mapsTranscript(admin) {
  await admin.goTo('Chat transcript');
  await admin.button('Add a field').click();
  const email = row(admin, 'Field mappings of the Chat Transcript', 1);
  await admin.chooses(admin.field('Field', email), { label: 'Visitor Email (Visitor_Email__c)' });
  await admin.chooses(admin.field('LivePerson value of Visitor_Email__c', email), 'Visitor Email');
  await admin.button('Add a field').click();
  const topic = row(admin, 'Field mappings of the Chat Transcript', 2);
  await admin.chooses(admin.field('Field', topic), { label: 'Service Topic (Service_Topic__c)' });
  await admin.chooses(admin.field('LivePerson value of Service_Topic__c', topic), 'Other (addresses)');
  await typesSurveyQuestion(admin, admin.field('LivePerson API Field'));
  await admin.field('LivePerson Msg API Field').fill('info.latestSkillName');
  await admin.sees(/Messaging, in the sync\. Finds a value in/);
  await admin.tick('Payment card numbers');
  await admin.looks('transcript', { narrow: true });
}

/** The questions of real conversations are offered while the address is typed. */
async function typesSurveyQuestion(admin, address) {
  await address.pressSequentially('surveys.preChat[displayName=');
  const offered = admin.page.locator('datalist option[value*="order number"]');
  await offered.waitFor({ state: 'attached' });
  await admin.looks('transcript-completion');
  await address.fill((await offered.getAttribute('value')).replace(/\]?$/, ']'));
  await address.press('End');
  await address.pressSequentially('.value');
  await admin.sees(/Chat, in the sync\. Finds a value in/);
}

export async function mapsContact(admin) {
  await admin.goTo('Contact');
  await admin.sees('Allow agents to create: Contact');
  await admin.looks('object-settings');
  await admin.page.getByRole('link', { name: 'Field mappings' }).click();
  const rows = [
    ['Last Name (LastName)', 'LastName', 'Visitor Name', 'Editable'],
    ['Email', 'Email', 'Visitor Email', 'On create only'],
  ];
  for (const [n, [label, field, value, editability]] of rows.entries()) {
    await admin.button('Add a field').click();
    const entry = row(admin, 'Field mappings of Contact', n + 1);
    await admin.chooses(admin.field('Field', entry), { label });
    await admin.chooses(admin.field(`LivePerson value of ${field}`, entry), value);
    await admin.chooses(admin.field(`Editability of ${field}`, entry), editability);
    await admin.tick(`${field} in the overview`, entry);
  }
  const lastName = row(admin, 'Field mappings of Contact', 1);
  await admin.tick('LastName is required', lastName);
  await admin.field('Default of LastName', lastName).fill('Visitor');
  await admin.looks('object-fields', { narrow: true });
}

export async function addsRelatedList(admin) {
  await admin.page.getByRole('link', { name: 'Related lists' }).click();
  await admin.button('Add a related list').click();
  await admin.chooses(admin.field('Related list'), { label: 'Case (Case.ContactId)' });
  await selects(admin, 'fields', ['Case Number (CaseNumber)', 'Subject', 'Status']);
  await admin.field('Number of records').fill('10');
  await admin.chooses(admin.field('Sort by'), { label: 'Created Date (CreatedDate)' });
  await admin.looks('object-related-list');
}

export async function addsSearchFilter(admin) {
  await admin.page.getByRole('link', { name: 'Search filters' }).click();
  await admin.button('Add a filter').click();
  await admin.chooses(admin.field('Field'), { label: 'Email Opt Out (HasOptedOutOfEmail)' });
  await admin.chooses(admin.field('Value for HasOptedOutOfEmail'), 'false');
  await admin.looks('object-search-filter');
}

export async function previews(admin) {
  await admin.goTo('Preview');
  await admin.sees(/This includes your \d+ unsaved changes/);
  await admin.button('Preview', admin.page.getByRole('main')).click();
  await admin.sees(/^10 conversations$/);
  await admin.sees('Service_Topic__c');
  await admin.looks('preview', { narrow: true });
}

export async function savesAll(admin) {
  await admin.button('Show').click();
  await admin.sees(admin.page.getByRole('dialog', { name: 'Unsaved changes' }));
  await admin.looks('unsaved-changes');
  await admin.button('Close', admin.page.getByRole('dialog').locator('.dialog-foot')).click();
  await admin.saves();
  await admin.page.reload();
  await admin.sees(/^No unsaved changes/);
}

export async function schedules(admin) {
  await admin.goTo('Schedules');
  const off = admin.page.getByRole('definition').getByText('Off', { exact: true }).first();
  await admin.sees(off);
  await admin.tick('Sync every 3 hours');
  await admin.tick('Sync once a day');
  await admin.chooses(admin.field('Hour'), '04:00');
  await admin.field('Time zone').fill('Europe/Atlantis');
  await admin.button('Save').click();
  await admin.sees(/^Not saved: 1 thing to mend$/);
  await admin.looks('schedules-problem');
  await admin.field('Time zone').fill('Europe/Lisbon');
  await admin.seesNoMore(admin.page.getByText(/^Not saved:/));
  await admin.saves();
  await admin.seesNoMore(off);
  await admin.looks('schedules');
}
