// The icons only this page has.
import add from '@salesforce-ux/design-system/assets/icons/utility/add.svg?icon';
import back from '@salesforce-ux/design-system/assets/icons/utility/back.svg?icon';
import check from '@salesforce-ux/design-system/assets/icons/utility/check.svg?icon';
import edit from '@salesforce-ux/design-system/assets/icons/utility/edit.svg?icon';
import linked from '@salesforce-ux/design-system/assets/icons/utility/link.svg?icon';
import lock from '@salesforce-ux/design-system/assets/icons/utility/lock.svg?icon';
import logout from '@salesforce-ux/design-system/assets/icons/utility/logout.svg?icon';
import more from '@salesforce-ux/design-system/assets/icons/utility/threedots_vertical.svg?icon';
import offline from '@salesforce-ux/design-system/assets/icons/utility/offline.svg?icon';
import recent from '@salesforce-ux/design-system/assets/icons/utility/clock.svg?icon';
import search from '@salesforce-ux/design-system/assets/icons/utility/search.svg?icon';
import sync from '@salesforce-ux/design-system/assets/icons/utility/sync.svg?icon';
import unlinked from '@salesforce-ux/design-system/assets/icons/utility/unlinked.svg?icon';
import user from '@salesforce-ux/design-system/assets/icons/utility/user.svg?icon';
import account from '@salesforce-ux/design-system/assets/icons/utility/account.svg?icon';
import contact from '@salesforce-ux/design-system/assets/icons/utility/contact.svg?icon';
import lead from '@salesforce-ux/design-system/assets/icons/utility/lead.svg?icon';
import case_ from '@salesforce-ux/design-system/assets/icons/utility/case.svg?icon';
import opportunity from '@salesforce-ux/design-system/assets/icons/utility/opportunity.svg?icon';
import custom from '@salesforce-ux/design-system/assets/icons/utility/custom_apps.svg?icon';

export { add, back, check, edit, linked, lock, logout, more, offline, recent, search, sync, unlinked, user };

/** Records look as they do in Salesforce: the object's sign on the object's colour. */
export const OBJECTS = { Account: account, Contact: contact, Lead: lead, Case: case_, Opportunity: opportunity };
export const OTHER = custom;
