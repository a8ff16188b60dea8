/* What requests came to, one stacked bar for each step of the history. */

const OUTCOMES = ["valid", "invalid", "incomplete"];

const CHART = { height: 170, left: 38, right: 4, top: 8, bottom: 20 };

const STEPS = 120;


function bars(history, now) {
    const step = known(history.step_s) && history.step_s > 0
        ? history.step_s : 60;
    const end = Math.floor(now / step) * step;

    return list(history.points).filter((point) => known(point.t))
        .map((point) => ({ ...point, step,
            i: STEPS - 1 - Math.round((end - point.t) / step),
            total: sum(...OUTCOMES.map((outcome) => point[outcome])) }))
        .filter((point) => point.i >= 0 && point.i < STEPS);
}


/* the next number up that is easily halved */

function ceiling(value) {
    const ten = 10 ** Math.floor(Math.log10(Math.max(value, 1)));

    return Math.max(2, [1, 2, 4, 6, 8, 10].map((n) => n * ten)
        .find((n) => n >= value));
}


function drawChart(host, history, now) {
    const width = Math.max(host.clientWidth, 200);
    const { height, left, right, top, bottom } = CHART;
    const points = bars(history, now);
    const most = ceiling(Math.max(0, ...points.map((point) => point.total)));
    const w = (width - left - right) / STEPS;
    const y = (value) => height - bottom
        - (height - top - bottom) * value / most;

    const picture = svg("svg", { viewBox: `0 0 ${width} ${height}`, height,
                                 role: "img",
                                 "aria-label": historyInWords(history, now) },
        [0, most / 2, most].map((value) => [
            svg("line", { class: "grid", x1: left, x2: width - right,
                          y1: y(value), y2: y(value) }),
            svg("text", { x: left - 6, y: y(value) + 4, "text-anchor": "end" },
                short(value))]),
        times(history, now, left, w, height, width),
        points.map((point) => bar(point, left, w, y, height - bottom, top)));

    if (host.firstElementChild) {
        morph(host.firstElementChild, picture);

    } else {
        host.append(picture);
    }
}


function short(value) {
    return value >= 10000 ? value / 1000 + " k" : String(value);
}


/* an outcome that there was is seen, however few of them */

function bar(point, left, w, y, foot, top) {
    const x = left + point.i * w;
    const gap = w >= 4 ? 1 : 0.3;
    let base = foot;

    const parts = OUTCOMES.filter((outcome) => point[outcome] > 0)
        .map((outcome) => {
            const h = Math.max(foot - y(point[outcome]), 2);

            base -= h;

            return svg("rect", { class: "bar " + outcome, x: x.toFixed(2),
                                 y: base.toFixed(2), width: (w - gap).toFixed(2),
                                 height: h.toFixed(2) });
        });

    return svg("g", {}, parts,
        svg("rect", { class: "hover", x: x.toFixed(2), y: top,
                      width: w.toFixed(2), height: foot - top },
            svg("title", {}, clock(point.t) + ": " + OUTCOMES
                .map((outcome) => `${count(point[outcome] || 0)} ${outcome}`)
                .join(", "))));
}


function times(history, now, left, w, height, width) {
    const step = known(history.step_s) && history.step_s > 0
        ? history.step_s : 60;
    const end = Math.floor(now / step) * step;
    const every = step * (width < 420 ? 40 : 20);
    const marks = [];

    for (let t = Math.floor(end / every) * every;
         t > end - (STEPS - 6) * step; t -= every)
    {
        const x = left + (STEPS - 0.5 - (end - t) / step) * w;

        if (x < width - 16) {
            marks.push(svg("text", { x: x.toFixed(1), y: height - 5,
                                     "text-anchor": "middle" }, clock(t)));
        }
    }

    return marks;
}


function historyTotals(history, now) {
    const points = bars(history, now);

    return Object.fromEntries(OUTCOMES.map((outcome) => [outcome,
        sum(...points.map((point) => point[outcome]))]));
}


function historySpan(history) {
    return span((known(history.step_s) ? history.step_s : 60) * STEPS);
}


function historyInWords(history, now) {
    const totals = historyTotals(history, now);

    return "Outcomes in the last " + historySpan(history) + ": " + OUTCOMES
        .map((outcome) => `${count(totals[outcome])} ${outcome}`).join(", ");
}


function chartKey(history, now) {
    const totals = historyTotals(history, now);

    return el("ul", { class: "key" }, OUTCOMES.map((outcome) => el("li", {},
        svg("svg", { viewBox: "0 0 16 16", "aria-hidden": "true" },
            svg("rect", { class: outcome, x: 2, y: 2, width: 12,
                          height: 12 })),
        `${outcome}: ${count(totals[outcome])}`)));
}
