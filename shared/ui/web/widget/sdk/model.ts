// The conversation's context as LivePerson tells it, gathered member by member.

export type Model = Readonly<Record<string, unknown>>;

/** Puts what a bound path delivered into the model; nothing there takes the member out. */
export function gather(model: Model, path: string, value: unknown): Model {
  const { [path]: _, ...rest } = model;
  return value === undefined || value === null ? rest : { ...rest, [path]: value };
}

/** Two models with the same print say the same. Whether the visitor is typing just now says nothing about them. */
export function print(model: Model): string {
  return JSON.stringify(model, (key, value: unknown) => {
    if (key === 'visitorTyping') return undefined;
    if (typeof value !== 'object' || value === null || Array.isArray(value)) return value;
    return Object.fromEntries(Object.entries(value).sort(([a], [b]) => (a < b ? -1 : a > b ? 1 : 0)));
  });
}

/** Members that are given up when a model is too large to send, the least telling first. */
const EXPENDABLE = ['visitorJourney', 'splitSession', 'campaignInfo', 'customVariables', 'SDE'];

export function fit(model: Model, bytes: number): Model {
  let fitting = model;
  for (const member of EXPENDABLE) {
    if (sizeOf(fitting) <= bytes) break;
    fitting = gather(fitting, member, null);
  }
  return fitting;
}

function sizeOf(model: Model): number {
  return new TextEncoder().encode(JSON.stringify(model)).length;
}
