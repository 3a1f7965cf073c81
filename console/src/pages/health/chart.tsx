import { useEffect, useRef } from 'react';
import uPlot from 'uplot';
import 'uplot/dist/uPlot.min.css';
import './chart.css';
import { type Graph, valueText } from './series.ts';

const HEIGHT_PX = 132;
const AXIS_WIDTH_PX = 46;
/** A graph whose values are all nothing is not stretched to its whole height by noise. */
const TOP_MIN = 1;

/** One small graph: its lines with their last values in words, and its threshold as a dashed line. */
export function Chart({ graph, atMs }: { readonly graph: Graph; readonly atMs: readonly number[] }) {
  const box = useRef<HTMLDivElement>(null);
  const plot = useRef<uPlot>(undefined);
  const latest = useRef({ graph, atMs });
  latest.current = { graph, atMs };
  // Made anew when the lines are others, or the theme; otherwise only given its new values.
  const shape = graph.lines.map(({ name }) => name).join('\n');

  // biome-ignore lint/correctness/useExhaustiveDependencies: what it is made of is read when it is made; `shape` says when that is
  useEffect(() => {
    const element = box.current;
    if (element === null) return undefined;
    const make = () => {
      plot.current?.destroy();
      const { graph: drawn, atMs: times } = latest.current;
      plot.current = new uPlot(optionsOf(drawn, element), dataOf(drawn, times), element);
    };
    make();
    const resize = new ResizeObserver(() => plot.current?.setSize({ width: element.clientWidth, height: HEIGHT_PX }));
    resize.observe(element);
    // Colours are read when it is made: a canvas does not follow custom properties.
    const themed = new MutationObserver(make);
    themed.observe(document.documentElement, { attributes: true, attributeFilter: ['data-theme'] });
    const system = matchMedia('(prefers-color-scheme: dark)');
    system.addEventListener('change', make);
    return () => {
      resize.disconnect();
      themed.disconnect();
      system.removeEventListener('change', make);
      plot.current?.destroy();
      plot.current = undefined;
    };
  }, [shape]);

  useEffect(() => {
    plot.current?.setData(dataOf(graph, atMs));
  }, [graph, atMs]);

  return (
    <figure className="chart">
      <figcaption>
        <span className="chart-title">{graph.title}</span>
        <ul className="chart-legend small">
          {graph.lines.map(({ name, colour, values }) => (
            <li key={name}>
              <span className="chart-swatch" style={{ background: `var(${colour})` }} />
              <span className="soft">{name}</span>{' '}
              <span className="numeric">
                {valueText(
                  values.findLast((value) => value !== undefined),
                  graph.unit,
                )}
              </span>
            </li>
          ))}
          {graph.threshold === undefined ? null : (
            <li>
              <span className="chart-swatch chart-swatch-dashed" />
              <span className="soft">{graph.threshold.name}</span>{' '}
              <span className="numeric">{valueText(graph.threshold.value, graph.unit)}</span>
            </li>
          )}
        </ul>
      </figcaption>
      <div ref={box} className="chart-plot" aria-hidden="true" />
    </figure>
  );
}

/** Seconds since 1970, then the lines, then the threshold. */
function dataOf({ lines, threshold }: Graph, atMs: readonly number[]): uPlot.AlignedData {
  return [
    atMs.map((at) => at / 1000),
    ...lines.map(({ values }) => values.slice(0, atMs.length).map((value) => value ?? null)),
    ...(threshold === undefined ? [] : [atMs.map(() => threshold.value)]),
  ];
}

function optionsOf({ lines, threshold, unit }: Graph, element: HTMLElement): uPlot.Options {
  const theme = getComputedStyle(element);
  const colourOf = (name: string) => resolved(name, element);
  const axis: uPlot.Axis = {
    stroke: colourOf('--text-faint'),
    font: `11px ${theme.fontFamily}`,
    grid: { stroke: colourOf('--line'), width: 1 },
    ticks: { show: false },
  };
  return {
    width: Math.max(element.clientWidth, 160),
    height: HEIGHT_PX,
    padding: [8, 8, 0, 0],
    cursor: { show: false },
    legend: { show: false },
    scales: { y: { range: (_plot, _min, max) => [0, Math.max(TOP_MIN, (max ?? 0) * 1.1)] } },
    axes: [
      { ...axis, size: 22, values: (_plot, splits) => splits.map(clockText), space: 70 },
      {
        ...axis,
        size: AXIS_WIDTH_PX,
        space: 34,
        values: (_plot, splits) => splits.map((value) => valueText(value, unit === '%' ? unit : '')),
      },
    ],
    series: [
      {},
      ...lines.map(({ colour }) => ({
        stroke: colourOf(colour),
        width: 1.5,
        points: { show: true, size: 3, width: 0, fill: colourOf(colour), filter: isolated },
      })),
      ...(threshold === undefined
        ? []
        : [{ stroke: colourOf('--text-faint'), width: 1, dash: [4, 4], points: { show: false } }]),
    ],
  };
}

/** A value between two that are not there makes no line, so it is drawn as a point. */
function isolated(plot: uPlot, line: number): number[] {
  const values = plot.data[line] ?? [];
  const isThere = (at: number) => values[at] !== null && values[at] !== undefined;
  return Array.from(values, (_value, at) => at).filter((at) => isThere(at) && !isThere(at - 1) && !isThere(at + 1));
}

/** A canvas knows neither custom properties nor `light-dark()`: the browser is asked what the colour is here. */
function resolved(name: string, element: HTMLElement): string {
  const probe = document.createElement('span');
  probe.style.color = `var(${name})`;
  element.append(probe);
  const { color } = getComputedStyle(probe);
  probe.remove();
  return color;
}

const CLOCK = new Intl.DateTimeFormat('en-GB', { hour: '2-digit', minute: '2-digit' });

function clockText(seconds: number): string {
  return CLOCK.format(new Date(seconds * 1000));
}
