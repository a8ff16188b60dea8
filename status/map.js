/*
 * The world, with a marker for each perspective: a circle for one that is up, a
 * diamond with "!" for one that fails, a dashed circle for one that nothing is
 * known of.  Those that would cover each other are moved apart, each with a
 * line to its place.
 */

/* the units of land.path: 4 a degree, from 180 W and 84 N to 180 E and 57 S */
const LAND = { unit: 4, north: 84, width: 1440, height: 564 };

const APART = 16;
const LETTER = 6.3;


function placed(perspective) {
    return known(perspective.latitude) && known(perspective.longitude);
}


function drawMap(host, perspectives) {
    const width = Math.max(host.clientWidth, 200);
    const scale = width / LAND.width;
    const height = Math.round(LAND.height * scale);

    const markers = perspectives.filter(placed).map((perspective) => ({
        perspective,
        health: health(perspective),
        at: { x: (perspective.longitude + 180) * LAND.unit * scale,
              y: (LAND.north - perspective.latitude) * LAND.unit * scale },
    }));

    moveApart(markers, width, height);
    label(markers, width, height);

    /* what fails is drawn last, over all else */

    markers.sort((a, b) => (a.health === "failing") - (b.health === "failing"));

    const picture = svg("svg", { viewBox: `0 0 ${width} ${height}`,
                                 height, role: "img",
                                 "aria-label": inWords(markers) },
        svg("use", { href: "#land", class: "land",
                     transform: `scale(${scale.toFixed(4)})` }),
        markers.map(leader),
        markers.map(marker),
        markers.map(labelText));

    if (host.firstElementChild) {
        morph(host.firstElementChild, picture);

    } else {
        host.append(picture);
    }
}


function inWords(markers) {
    const names = (wanted) => markers.filter((m) => m.health === wanted)
        .map((m) => text(m.perspective.code));
    const failing = names("failing");
    const words = [plural(names("up").length, "perspective is up",
                          "perspectives are up")];

    if (failing.length) {
        words.push("failing: " + failing.join(", "));
    }

    if (names("unknown").length) {
        words.push("not known: " + names("unknown").join(", "));
    }

    return "World map. " + words.join("; ")
        + ". The table of perspectives says it in full.";
}


/*
 * Pairs that are too close push each other away, until none is or it takes too
 * long.  Those at one place go in different directions.
 */

function moveApart(markers, width, height) {
    markers.forEach((m, i) => {
        m.x = m.at.x + 0.01 * Math.cos(i * 2.4);
        m.y = m.at.y + 0.01 * Math.sin(i * 2.4);
    });

    for (let round = 0; round < 120; round++) {
        let moved = false;

        markers.forEach((a, i) => markers.slice(i + 1).forEach((b) => {
            const x = b.x - a.x;
            const y = b.y - a.y;
            const distance = Math.hypot(x, y);

            if (distance >= APART - 0.1) {
                return;
            }

            const push = (APART - distance) / 2 / (distance || 1);

            a.x -= x * push;
            a.y -= y * push;
            b.x += x * push;
            b.y += y * push;
            moved = true;
        }));

        markers.forEach((m) => {
            m.x = Math.min(Math.max(m.x, 9), width - 9);
            m.y = Math.min(Math.max(m.y, 9), height - 9);
        });

        if (!moved) {
            break;
        }
    }
}


/*
 * A name goes to the side where it covers neither a marker nor another name, or
 * is left out: the table has them all.  That of one that fails is never left
 * out.
 */

function label(markers, width, height) {
    const taken = markers.map((m) => box(m.x - 8, m.y - 8, 16, 16));
    const first = [...markers].sort((a, b) =>
        (b.health === "failing") - (a.health === "failing"));

    for (const m of first) {
        const code = text(m.perspective.code);
        const shown = code.length > 18 ? code.slice(0, 17) + "…" : code;
        const w = shown.length * LETTER + 4;

        const places = [[m.x + 10, m.y - 7], [m.x - 10 - w, m.y - 7],
                        [m.x - w / 2, m.y - 23], [m.x - w / 2, m.y + 9],
                        [m.x + 7, m.y - 18], [m.x + 7, m.y + 5],
                        [m.x - 7 - w, m.y - 18], [m.x - 7 - w, m.y + 5]]
            .map(([x, y]) => box(x, y, w, 14))
            .filter((place) => place.x >= 0 && place.y >= 0
                && place.x + place.w <= width && place.y + place.h <= height);

        m.label = places.find((place) =>
            !taken.some((other) => overlap(place, other)))
            || (m.health === "failing" ? places[0] : null);

        if (m.label) {
            m.label.shown = shown;
            taken.push(m.label);
        }
    }
}


function box(x, y, w, h) {
    return { x, y, w, h };
}


function overlap(a, b) {
    return a.x < b.x + b.w && b.x < a.x + a.w
        && a.y < b.y + b.h && b.y < a.y + a.h;
}


function leader(m) {
    if (Math.hypot(m.x - m.at.x, m.y - m.at.y) < 5) {
        return null;
    }

    return [svg("line", { class: "leader", x1: m.x.toFixed(1),
                          y1: m.y.toFixed(1), x2: m.at.x.toFixed(1),
                          y2: m.at.y.toFixed(1) }),
            svg("circle", { class: "spot", cx: m.at.x.toFixed(1),
                            cy: m.at.y.toFixed(1), r: 1.5 })];
}


function marker(m) {
    const { code, rir, primary } = m.perspective;

    return svg("g", { class: "marker " + m.health, "data-code": text(code),
                      transform: `translate(${m.x.toFixed(1)},`
                                 + `${m.y.toFixed(1)})` },
        svg("title", {}, `${text(code)} (${text(rir)}): `
                         + HEALTH[m.health]),
        shape(m.health),
        primary ? svg("circle", { class: "ring", r: 9.5 }) : null);
}


function shape(state) {
    if (state === "failing") {
        return [svg("path", { class: "shape", d: "M0-8.5L8.5 0 0 8.5-8.5 0z" }),
                svg("text", { class: "sign", y: 4 }, "!")];
    }

    return svg("circle", { class: "shape", r: state === "up" ? 6 : 5 });
}


function labelText(m) {
    return m.label
        ? svg("text", { class: "label " + m.health,
                        x: (m.label.x + 2).toFixed(1),
                        y: (m.label.y + 11).toFixed(1) }, m.label.shown)
        : null;
}


function mapKey(perspectives) {
    const mark = (state, primary) => svg("svg",
        { viewBox: "-10 -10 20 20", "aria-hidden": "true" },
        svg("g", { class: "marker " + state }, shape(state),
            primary ? svg("circle", { class: "ring", r: 9 }) : null));

    return el("ul", { class: "key" },
        Object.keys(HEALTH).map((state) => el("li", {}, mark(state),
            HEALTH[state] + ": " + perspectives.filter((perspective) =>
                health(perspective) === state).length)),
        perspectives.some((perspective) => perspective.primary)
            ? el("li", {}, mark("up", true), "primary") : null);
}
