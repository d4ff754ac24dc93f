// Form controls that edit one place of the configuration and show the problem found there.
import { type Path, controlId, formatPath } from '../paths.ts';
import { at, edit, problemOf, problemWithin } from '../state/draft.ts';
import { CheckField, type CheckProps, SelectField, type SelectProps, TextField, type TextProps } from '../../components/Field.tsx';

type At<Props> = Omit<Props, 'value' | 'checked' | 'onChange' | 'id' | 'error'> & { path: Path };

export function TextAt({ path, ...props }: At<TextProps>) {
  const value = at<string | null | undefined>(path) ?? '';
  return <TextField {...props} {...bound(path)} value={value} onChange={(text) => edit(path, text)} />;
}

/** A text whose absence is `null` in the document. */
export function OptionalTextAt({ path, ...props }: At<TextProps>) {
  const value = at<string | null | undefined>(path) ?? '';
  return <TextField {...props} {...bound(path)} value={value} onChange={(text) => edit(path, text || null)} />;
}

export function NumberAt({ path, ...props }: At<TextProps>) {
  const value = at<number | undefined>(path);
  const change = (text: string) => edit(path, text === '' ? 0 : Number(text));
  return <TextField {...props} {...bound(path)} type="number" value={String(value ?? '')} onChange={change} />;
}

export function CheckAt({ path, ...props }: At<CheckProps>) {
  return <CheckField {...props} {...bound(path)} checked={at<boolean>(path) ?? false} onChange={(on) => edit(path, on)} />;
}

export function SelectAt({ path, empty, ...props }: At<SelectProps> & { empty?: null }) {
  const value = at<string | null | undefined>(path) ?? '';
  const change = (chosen: string) => edit(path, chosen === '' && empty === null ? null : chosen);
  return <SelectField {...props} {...bound(path)} value={value} onChange={change} />;
}

export function bound(path: Path): { id: string; error: string | undefined } {
  return { id: controlId(formatPath(path)), error: problemOf(path) };
}

/** The same for a control that edits everything below the place too, such as a list of names. */
export function boundWithin(path: Path): { id: string; error: string | undefined } {
  return { id: controlId(formatPath(path)), error: problemWithin(path) };
}
