// The administrator's page.
import 'virtual:design-system.css';
import '../components/styles.css';
import './styles.css';
import { render } from 'preact';
import { App } from './app.tsx';
import { startKeeping, wayBack } from './state/draft.ts';
import { go, startRouting } from './state/route.ts';
import { startSession } from './state/session.ts';

startRouting();
startKeeping();
const address = wayBack();
if (address?.startsWith('/admin/')) go(address.slice('/admin'.length));
void startSession();
const page = document.getElementById('page');
if (page) render(<App />, page);
