import { useEffect, useRef } from 'react';
import uPlot from 'uplot';
import { useTheme } from '../theme/theme.ts';
import 'uplot/dist/uPlot.min.css';
import './chart.css';

export interface Series {
  readonly label: string;
  /** One for each time; null where nothing is known. */
  readonly values: readonly (number | null)[];
  /** A custom property of the theme: `--allow`. */
  readonly color: string;
  /** Bars in the place of a line. */
  readonly isBars?: boolean;
  /** What the others are held against: a threshold. */
  readonly isDashed?: boolean;
}

const HEIGHT_PX = 120;

/**
 * Figures over time. `label` says in words what a look at it says, for whoever does not see it; `spark` leaves axes and legend out.
 * Times are Unix seconds, oldest first.
 */
export function Chart(props: {
  readonly label: string;
  readonly times: readonly number[];
  readonly series: readonly Series[];
  readonly heightPx?: number;
  readonly spark?: boolean;
}) {
  const { times, series, heightPx = HEIGHT_PX, spark = false } = props;
  const place = useRef<HTMLDivElement>(null);
  const plot = useRef<uPlot>(undefined);
  const [theme] = useTheme();
  const isDark = useIsDark(theme);
  const shape = JSON.stringify([series.map(({ values, ...rest }) => rest), heightPx, spark, isDark]);
  const data: uPlot.AlignedData = [[...times], ...series.map(({ values }) => [...values])];
  const latest = useRef(data);
  latest.current = data;

  // Drawn anew when it looks different; figures alone are only put in.
  // biome-ignore lint/correctness/useExhaustiveDependencies: `shape` is what this depends on, by value
  useEffect(() => {
    const element = place.current;
    if (element === null) return undefined;
    const made = new uPlot(
      { ...optionsOf(element, series, spark), width: element.clientWidth, height: heightPx },
      latest.current,
      element,
    );
    plot.current = made;
    const observer = new ResizeObserver(() => made.setSize({ width: element.clientWidth, height: heightPx }));
    observer.observe(element);
    return () => {
      observer.disconnect();
      made.destroy();
      plot.current = undefined;
    };
  }, [shape]);

  useEffect(() => {
    plot.current?.setData(latest.current);
  });

  return <div ref={place} className="chart" role="img" aria-label={props.label} />;
}

function optionsOf(
  element: HTMLElement,
  series: readonly Series[],
  spark: boolean,
): Omit<uPlot.Options, 'width' | 'height'> {
  const color = (property: string) => resolved(element, property);
  const axis = { stroke: color('--text-soft'), grid: { stroke: color('--line'), width: 1 }, ticks: { show: false } };
  const font = `11px ${getComputedStyle(element).fontFamily}`;
  return {
    padding: spark ? [4, 0, 0, 0] : [8, 8, 0, 0],
    legend: { show: false },
    cursor: { show: false },
    axes: spark
      ? [{ show: false }, { show: false }]
      : [
          { ...axis, font, grid: { show: false }, values: (_plot, splits) => splits.map(clockText) },
          { ...axis, font, size: 48, values: (_plot, splits) => splits.map(String) },
        ],
    scales: { x: { time: true }, y: { range: (_plot, _min, max) => [0, Math.max(1, max)] } },
    series: [
      {},
      ...series.map((one) => ({
        label: one.label,
        stroke: color(one.color),
        width: 1.5,
        // A value between two that are not known makes no line.
        points: { show: true, size: 3, width: 0, fill: color(one.color), filter: isolated },
        ...(one.isDashed === true ? { width: 1, dash: [4, 4] } : {}),
        ...(one.isBars === true ? { fill: color(one.color), width: 0, points: { show: false }, ...bars() } : {}),
      })),
    ],
  };
}

/** The places of values with nothing known on either side. */
function isolated(plot: uPlot, series: number): number[] {
  const values = plot.data[series] ?? [];
  const isKnown = (at: number) => values[at] !== null && values[at] !== undefined;
  return Array.from(values, (_value, at) => at).filter((at) => isKnown(at) && !isKnown(at - 1) && !isKnown(at + 1));
}

function bars(): { readonly paths: uPlot.Series.PathBuilder } | Record<never, never> {
  const paths = uPlot.paths.bars?.({ size: [0.7, 8] });
  return paths === undefined ? {} : { paths };
}

/** What the property is now: a canvas knows no `light-dark()`. */
function resolved(element: HTMLElement, property: string): string {
  const probe = document.createElement('span');
  probe.style.color = `var(${property})`;
  element.append(probe);
  const { color } = getComputedStyle(probe);
  probe.remove();
  return color;
}

function useIsDark(theme: string): boolean {
  return theme === 'dark' || (theme === 'system' && matchMedia('(prefers-color-scheme: dark)').matches);
}

function clockText(seconds: number): string {
  return new Date(seconds * 1000).toLocaleTimeString('en-GB', { hour: '2-digit', minute: '2-digit' });
}
