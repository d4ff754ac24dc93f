declare module '*.svg?icon' {
  const icon: { box: string; drawing: string };
  export default icon;
}
declare module 'virtual:design-system.css';
