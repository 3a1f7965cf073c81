/** Line drawings of 16 × 16, in the colour of the text that they stand in. They say nothing to a screen reader: words do. */
const PATHS = {
  now: 'M1.5 8h3l2-5 3 10 2-5h3',
  approvals: 'M8 1.8 13.2 4v3.8c0 3-2.1 5.3-5.2 6.4-3.1-1.1-5.2-3.4-5.2-6.4V4zM5.6 8l1.7 1.7 3.1-3.3',
  decisions: 'M2.5 3.5h11M2.5 8h11M2.5 12.5h7',
  sessions: 'M3 2.5v11M3 4.5h6.5M3 8h9.5M3 11.5h5',
  constitution: 'M4 1.8h6l2.5 2.5v9.9H4zM9.7 1.8v2.8h2.8M6.2 7.5h4M6.2 10.3h4',
  ledger: 'M8 1.5v3M8 4.5 4 8M8 4.5 12 8M4 8v3M12 8v3M2.6 11h2.8v2.8H2.6zM10.6 11h2.8v2.8h-2.8z',
  agents: 'M8 7.2a2.6 2.6 0 1 0 0-5.2 2.6 2.6 0 0 0 0 5.2zM2.8 14c.3-2.9 2.4-4.6 5.2-4.6s4.9 1.7 5.2 4.6',
  health: 'M8 13.6S2 10.2 2 6a3.2 3.2 0 0 1 6-1.5A3.2 3.2 0 0 1 14 6c0 4.2-6 7.6-6 7.6z',
  allow: 'M3 8.5 6.5 12 13 4.5',
  deny: 'M4 4l8 8M12 4l-8 8',
  ask: 'M5.5 5.5a2.5 2.5 0 1 1 3.6 2.2c-.7.4-1.1.9-1.1 1.8M8 12.2v.1',
  modify: 'M3 13l.6-2.8L10.8 3l2.2 2.2-7.2 7.2z',
  defer: 'M5.5 3.5v9M10.5 3.5v9',
  copy: 'M5.5 5.5V2.5h8v8h-3M2.5 5.5h8v8h-8z',
  search: 'M7 11.5a4.5 4.5 0 1 0 0-9 4.5 4.5 0 0 0 0 9zM10.3 10.3 14 14',
  close: 'M4 4l8 8M12 4l-8 8',
  pause: 'M5.5 3.5v9M10.5 3.5v9',
  play: 'M5 3.5v9l7-4.5z',
  warn: 'M8 2 14.5 13.5h-13zM8 6.5v3M8 11.5v.1',
  check: 'M3 8.5 6.5 12 13 4.5',
  open: 'M6 3.5 10.5 8 6 12.5',
  sun: 'M8 10.8a2.8 2.8 0 1 0 0-5.6 2.8 2.8 0 0 0 0 5.6zM8 1.5v1.2M8 13.3v1.2M1.5 8h1.2M13.3 8h1.2M3.4 3.4l.9.9M11.7 11.7l.9.9M3.4 12.6l.9-.9M11.7 4.3l.9-.9',
  moon: 'M13.5 9.5A5.8 5.8 0 0 1 6.5 2.5a5.8 5.8 0 1 0 7 7z',
  screen: 'M2 3h12v8H2zM6 14h4',
  keyboard: 'M1.5 4h13v8h-13zM4 6.6h.1M6.6 6.6h.1M9.2 6.6h.1M11.9 6.6h.1M4.5 9.5h7',
  leave: 'M6 2.5H2.5v11H6M10 5l3.5 3-3.5 3M13 8H6',
} as const;

export type IconName = keyof typeof PATHS;

export function Icon({ name, size = 16 }: { readonly name: IconName; readonly size?: number }) {
  return (
    <svg
      className="icon"
      width={size}
      height={size}
      viewBox="0 0 16 16"
      fill="none"
      stroke="currentColor"
      strokeWidth="1.5"
      strokeLinecap="round"
      strokeLinejoin="round"
      aria-hidden="true"
      focusable="false"
    >
      <path d={PATHS[name]} />
    </svg>
  );
}
