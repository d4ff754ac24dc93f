// The part of LivePerson's widget SDK the page uses.

export type Change = { key: string; newValue: unknown };

export type AgentSdk = {
  init(callbacks: { visitorFocusedCallback?: () => void; visitorBlurredCallback?: () => void }): void;
  bind(path: string, onChange: (change: Change) => void, onDone: (error?: unknown) => void): void;
};

/** The SDK as soon as LivePerson's script has defined it. */
export function sdk(): AgentSdk | undefined {
  return (globalThis as { lpTag?: { agentSDK?: AgentSdk } }).lpTag?.agentSDK;
}

/** What the page listens to: everything about the conversation but its text. */
export const PATHS = [
  'chatInfo', 'chattingAgentInfo', 'agentInfo', 'surveyQuestions', 'visitorInfo', 'campaignInfo', 'engagementInfo',
  'visitorJourney', 'SDE', 'authenticatedData', 'claimsAndAuthType', 'customVariables', 'splitSession',
] as const;
