// The few icons that pages share, drawn from the design system.
import close from '@salesforce-ux/design-system/assets/icons/utility/close.svg?icon';
import remove from '@salesforce-ux/design-system/assets/icons/utility/delete.svg?icon';
import down from '@salesforce-ux/design-system/assets/icons/utility/down.svg?icon';
import download from '@salesforce-ux/design-system/assets/icons/utility/download.svg?icon';
import error from '@salesforce-ux/design-system/assets/icons/utility/error.svg?icon';
import info from '@salesforce-ux/design-system/assets/icons/utility/info.svg?icon';
import left from '@salesforce-ux/design-system/assets/icons/utility/left.svg?icon';
import link from '@salesforce-ux/design-system/assets/icons/utility/new_window.svg?icon';
import refresh from '@salesforce-ux/design-system/assets/icons/utility/refresh.svg?icon';
import right from '@salesforce-ux/design-system/assets/icons/utility/right.svg?icon';
import success from '@salesforce-ux/design-system/assets/icons/utility/success.svg?icon';
import up from '@salesforce-ux/design-system/assets/icons/utility/up.svg?icon';
import warning from '@salesforce-ux/design-system/assets/icons/utility/warning.svg?icon';

const ICONS = {
  close, down, download, error, info, left, link, refresh, remove, right, success, up, warning,
};
export type IconName = keyof typeof ICONS;
/** A drawing that only one of the pages needs; it comes from an `.svg?icon` file. */
export type Drawing = { box: string; drawing: string };

/** Decoration only: what it means is said in words beside it or on its button. */
export function Icon({ name, class: extra = '' }: { name: IconName | Drawing; class?: string }) {
  const { box, drawing } = typeof name === 'string' ? ICONS[name] : name;
  return (
    <svg class={`icon ${extra}`} viewBox={box} aria-hidden="true" focusable="false" dangerouslySetInnerHTML={{ __html: drawing }} />
  );
}
