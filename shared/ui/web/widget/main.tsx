// The widget that agents have beside a conversation.
import 'virtual:design-system.css';
import '../components/styles.css';
import './styles.css';
import { render } from 'preact';
import { App } from './app.tsx';
import { ask, startContext } from './state/context.ts';
import { startSession } from './state/session.ts';
import { onContext, onFocus, onSignedOut } from './state/work.ts';

startSession({ signedIn: () => void ask(), signedOut: onSignedOut });
startContext(onContext, onFocus);
const page = document.getElementById('page');
if (page) render(<App />, page);
