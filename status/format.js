/* Numbers and times as text; what is not known is a dash. */

const DASH = "–";


function known(value) {
    return typeof value === "number" && Number.isFinite(value);
}


function count(value) {
    return known(value) ? Math.round(value).toLocaleString("en-US") : DASH;
}


function sum(...values) {
    return values.reduce((total, value) => total + (known(value) ? value : 0),
                         0);
}


/* 100 % is said only of all, and 0 % only of none */

function percent(part, whole) {
    if (!known(part) || !known(whole) || whole <= 0) {
        return DASH;
    }

    const value = 100 * part / whole;
    const shown = Math.min(Math.max(value, 0.1), 99.9);

    return (part === 0 || part === whole ? value : shown)
        .toFixed(value > 0 && value < 100 ? 1 : 0) + " %";
}


function duration(ms) {
    if (!known(ms)) {
        return DASH;
    }

    if (ms >= 10000) {
        return (ms / 1000).toFixed(0) + " s";
    }

    return ms >= 1000 ? (ms / 1000).toFixed(1) + " s"
        : ms.toFixed(ms < 10 ? 1 : 0) + " ms";
}


/* seconds, as few words as tell */

function span(seconds) {
    const s = Math.max(0, Math.round(seconds));

    if (s < 60) {
        return s + " s";
    }

    if (s < 3600) {
        return Math.floor(s / 60) + " min";
    }

    if (s < 48 * 3600) {
        return Math.floor(s / 3600) + " h";
    }

    return Math.floor(s / 86400) + " days";
}


function ago(at, now) {
    return known(at) ? span(now - at) + " ago" : DASH;
}


function iso(at) {
    const date = new Date(at * 1000);

    return known(at) && !Number.isNaN(date.getTime()) ? date.toISOString()
                                                     : "";
}


function day(at) {
    return iso(at).slice(0, 10) || DASH;
}


function clock(at) {
    return iso(at).slice(11, 16) || DASH;
}


function moment(at) {
    const text = iso(at);

    return text ? text.slice(0, 10) + " " + text.slice(11, 19) : DASH;
}


function plural(n, one, many) {
    return count(n) + " " + (n === 1 ? one : many);
}


function list(value) {
    return Array.isArray(value) ? value.filter((item) => item !== null
        && typeof item === "object") : [];
}


function object(value) {
    return value !== null && typeof value === "object" ? value : {};
}


function text(value) {
    return value === null || value === undefined || value === ""
        ? DASH : String(value);
}
