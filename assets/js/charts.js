// Charts: `<div class="chart" data-chart="id">` beside `<script type="application/json" id="id">` with ECharts options.
// Only the kinds in use are bundled. The same figures stand in a table on the page: a chart is never the only way.
// A figure opens onto its cases: a data item with `link` goes there on click. `data-save` on a button saves a picture.
import { BarChart, HeatmapChart, LineChart, PieChart, ScatterChart } from "echarts/charts";
import {
  AriaComponent,
  DatasetComponent,
  GridComponent,
  LegendComponent,
  MarkLineComponent,
  TitleComponent,
  TooltipComponent,
  VisualMapComponent,
} from "echarts/components";
import * as echarts from "echarts/core";
import { CanvasRenderer } from "echarts/renderers";

echarts.use([
  BarChart, HeatmapChart, LineChart, PieChart, ScatterChart,
  AriaComponent, DatasetComponent, GridComponent, LegendComponent, MarkLineComponent, TitleComponent, TooltipComponent, VisualMapComponent,
  CanvasRenderer,
]);

for (const box of document.querySelectorAll("[data-chart]")) draw(box);

function draw(box) {
  const options = JSON.parse(document.getElementById(box.dataset.chart).textContent);
  const chart = echarts.init(box, null, { renderer: "canvas" });
  const show = () => chart.setOption(dressed(options), true);
  show();
  matchMedia("(prefers-color-scheme: dark)").addEventListener("change", show);
  new ResizeObserver(() => chart.resize()).observe(box);
  chart.on("click", ({ data }) => {
    if (data?.link) window.location.href = data.link;
  });
  document.querySelector(`[data-save="${box.dataset.chart}"]`)?.addEventListener("click", () => save(chart, box));
}

// The house's looks under the page's own options, part by part.
function dressed(options) {
  const legend = options.legend && { top: 0, icon: "roundRect", itemWidth: 12, itemHeight: 12, textStyle: { color: css("ink-2") }, ...options.legend };
  return { ...house(), ...options, ...(legend && { legend }), tooltip: { ...tooltip(), ...options.tooltip } };
}

function css(name) {
  return getComputedStyle(document.documentElement).getPropertyValue(`--${name}`).trim();
}

function house() {
  return {
    color: [1, 2, 3, 4, 5, 6].map((n) => css(`chart-${n}`)),
    textStyle: { fontFamily: getComputedStyle(document.body).fontFamily, color: css("ink-2") },
    animation: !matchMedia("(prefers-reduced-motion: reduce)").matches,
    aria: { enabled: true },
    grid: { left: 8, right: 16, top: 36, bottom: 8, containLabel: true },
  };
}

// Rich text, not HTML: tooltips in HTML need inline styles, which the policy forbids.
function tooltip() {
  return { renderMode: "richText", confine: true, backgroundColor: css("surface"), borderColor: css("line"), textStyle: { color: css("ink") } };
}

function save(chart, box) {
  const link = document.createElement("a");
  link.href = chart.getDataURL({ pixelRatio: 2, backgroundColor: css("surface") });
  link.download = `${box.dataset.chart}.png`;
  link.click();
}
