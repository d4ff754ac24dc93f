// Where a mapped value comes from. The Chat Transcript and the objects write it differently; the page edits one shape.
import type { Addresses, ObjectValue, TranscriptValue } from '../types.ts';

export type Source = { kind: 'none' } | { kind: 'predefined'; label: string } | { kind: 'other'; addresses: Addresses };

export function fromTranscript(value: TranscriptValue): Source {
  return typeof value === 'string' ? { kind: 'predefined', label: value } : { kind: 'other', addresses: value };
}

/** The Chat Transcript has no field without a value: none is an empty label, which is refused when saved. */
export function toTranscript(source: Source): TranscriptValue {
  if (source.kind === 'other') return source.addresses;
  return source.kind === 'predefined' ? source.label : '';
}

export function fromObject(value: ObjectValue): Source {
  if (value === 'none') return { kind: 'none' };
  if ('predefined' in value) return { kind: 'predefined', label: value.predefined };
  return { kind: 'other', addresses: value.other };
}

export function toObject(source: Source): ObjectValue {
  switch (source.kind) {
    case 'none':
      return 'none';
    case 'predefined':
      return { predefined: source.label };
    case 'other':
      return { other: source.addresses };
  }
}

/** Below which path of the mapping the four addresses lie. */
export const ADDRESSES_AT = { transcript: 'value', object: 'value.other' } as const;
