// Buttons, with words or with an icon whose words are read out.
import type { ComponentChildren } from 'preact';
import { type Drawing, Icon, type IconName } from './Icon.tsx';

type Props = {
  onClick: () => void;
  children: ComponentChildren;
  kind?: 'neutral' | 'brand' | 'destructive' | 'base';
  icon?: IconName | Drawing;
  disabled?: boolean;
  busy?: boolean;
};

const KINDS = {
  neutral: 'slds-button slds-button_neutral',
  brand: 'slds-button slds-button_brand',
  destructive: 'slds-button slds-button_text-destructive',
  base: 'slds-button',
};

export function Button({ onClick, children, kind = 'neutral', icon, disabled = false, busy = false }: Props) {
  return (
    <button type="button" class={KINDS[kind]} disabled={disabled || busy} aria-busy={busy} onClick={onClick}>
      {icon && <Icon name={icon} class="slds-m-right_x-small" />}
      {children}
    </button>
  );
}

type IconProps = {
  icon: IconName | Drawing;
  label: string;
  onClick: () => void;
  disabled?: boolean;
  id?: string;
  /** It shows and hides something. */
  expanded?: boolean;
};

export function IconButton({ icon, label, onClick, disabled = false, id, expanded }: IconProps) {
  return (
    <button
      type="button"
      id={id}
      class="slds-button slds-button_icon slds-button_icon-border-filled"
      aria-label={label}
      aria-expanded={expanded}
      title={label}
      disabled={disabled}
      onClick={onClick}
    >
      <Icon name={icon} />
    </button>
  );
}

/** A link of the page that looks like a button. */
export function LinkButton({ href, children, download }: { href: string; children: ComponentChildren; download?: string }) {
  return (
    <a class="slds-button slds-button_neutral" href={href} download={download}>
      {children}
    </a>
  );
}
