/* Asks for the numbers again and again, and shows them or that they are old. */

const EVERY = 5000;
const PATIENCE = 10000;

/* seconds without an answer until what is shown is called old */
const STALE = 30;

const VIEWS = { coordinator, perspective };

const state = { data: null, at: 0, trouble: null };

const byId = (id) => document.getElementById(id);


/* by the server's clock; the browser's only says how much time has gone */

function elapsed() {
    return (performance.now() - state.at) / 1000;
}


function address() {
    const url = new URL(location.href);

    url.hash = "";
    url.searchParams.set("format", "json");

    return url;
}


async function ask() {
    const abort = new AbortController();
    const timer = setTimeout(() => abort.abort(), PATIENCE);

    try {
        const response = await fetch(address(), { cache: "no-store",
                                                  signal: abort.signal });

        if (!response.ok) {
            throw new Error(`the server answered ${response.status} `
                            + response.statusText);
        }

        return await read(response);

    } catch (error) {
        throw abort.signal.aborted
            ? new Error(`no answer within ${PATIENCE / 1000} s`) : error;

    } finally {
        clearTimeout(timer);
    }
}


async function read(response) {
    const body = await response.text();
    let data;

    try {
        data = JSON.parse(body);

    } catch (error) {
        throw new Error("the answer is not JSON, perhaps a page to log in");
    }

    if (!VIEWS[object(data).role] || !known(data.now)) {
        throw new Error("the answer is not a status of MPIC for nginx");
    }

    return data;
}


async function update() {
    try {
        const data = await ask();

        state.data = data;
        state.at = performance.now();
        state.trouble = null;

    } catch (error) {
        state.trouble = error.message;
    }

    show();
    setTimeout(update, EVERY);
}


function show() {
    if (state.data) {
        const { data } = state;
        const now = data.now + elapsed();

        head(data);
        morphChildren(byId("main"), VIEWS[data.role](data, now));
        draw();
    }

    banner();
    freshness();
}


function head(data) {
    const name = data.role === "perspective"
        ? `MPIC perspective ${text(data.code)}` : "MPIC coordinator";

    byId("title").textContent = name;
    byId("about").textContent = [data.rir, `version ${text(data.version)}`,
        data.nginx ? `nginx ${data.nginx}` : null,
        known(data.since) ? `counting since ${moment(data.since)}` : null]
        .filter(Boolean).join(" · ");
}


/* what needs the width that it has got */

function draw() {
    if (!state.data) {
        return;
    }

    const { data } = state;
    const map = byId("map");
    const chart = byId("chart");
    const perspectives = list(data.sets)
        .flatMap((set) => list(set.perspectives));

    if (map) {
        drawMap(map, perspectives);
    }

    if (chart) {
        drawChart(chart, object(data.history), data.now + elapsed());
    }
}


function freshness() {
    const fresh = byId("fresh");
    const lost = state.trouble !== null;
    const old = span(elapsed());

    fresh.className = lost ? "lost" : state.data ? "live" : "";
    fresh.textContent = !state.data ? (lost ? "Nothing to show" : "Loading …")
        : lost ? `Shown is what was ${old} ago`
        : `Updated ${old} ago`;

    document.body.classList.toggle("stale",
        state.data !== null && elapsed() > STALE);

    document.title = titled(lost);
}


/* in a tab among others */

function titled(lost) {
    const failing = list(object(state.data).sets)
        .flatMap((set) => list(set.perspectives))
        .filter((one) => health(one) === "failing").length;

    return (lost ? "? " : failing ? `${failing} failing · ` : "")
        + (state.data ? byId("title").textContent : "MPIC status");
}


/* said once for each trouble, not each second: readers of screens read it out */

function banner() {
    const node = byId("banner");

    if (state.trouble === null) {
        node.hidden = true;
        node.textContent = "";
        return;
    }

    node.hidden = false;

    morphChildren(node, [el("strong", {}, "The numbers could not be fetched: "),
        document.createTextNode(state.trouble + ". " + (state.data
            ? `What is shown is of ${moment(state.data.now)}. ` : "")
            + `Trying again every ${EVERY / 1000} seconds.`)]);
}


setInterval(freshness, 1000);
new ResizeObserver(draw).observe(byId("main"));
update();
