import { Chart } from '../../components/chart.tsx';
import './graph.css';
import { type Graph, type Line, valueText } from './series.ts';

const HEIGHT_PX = 132;
/** Of a threshold. */
const SOFT = '--text-faint';

/** One small graph: its lines with their last values in words, and what they are held against as a dashed one. */
export function GraphFigure({ graph, times }: { readonly graph: Graph; readonly times: readonly number[] }) {
  const { title, lines, threshold, unit } = graph;
  const last = lines.map((line) => `${line.name} ${lastText(line, unit)}`).join(', ');
  return (
    <figure className="graph">
      <figcaption>
        <span className="graph-title">{title}</span>
        <ul className="graph-legend small">
          {lines.map((line) => (
            <li key={line.name}>
              <span className="graph-swatch" style={{ background: `var(${line.colour})` }} />
              <span className="soft">{line.name}</span> <span className="numeric">{lastText(line, unit)}</span>
            </li>
          ))}
          {threshold === undefined ? null : (
            <li>
              <span className="graph-swatch graph-swatch-dashed" />
              <span className="soft">{threshold.name}</span>{' '}
              <span className="numeric">{valueText(threshold.value, unit)}</span>
            </li>
          )}
        </ul>
      </figcaption>
      <Chart
        label={`${title} in the last half hour; at the end: ${last}`}
        times={times}
        heightPx={HEIGHT_PX}
        series={[
          ...lines.map(({ name, colour, values }) => ({
            label: name,
            color: colour,
            values: values.map((value) => value ?? null),
          })),
          ...(threshold === undefined
            ? []
            : [{ label: threshold.name, color: SOFT, values: times.map(() => threshold.value), isDashed: true }]),
        ]}
      />
    </figure>
  );
}

function lastText({ values }: Line, unit: Graph['unit']): string {
  return valueText(
    values.findLast((value) => value !== undefined),
    unit,
  );
}
