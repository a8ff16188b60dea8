/* What a perspective's JSON says. */

const DNSSEC = {
    "validates": ["The resolver validates DNSSEC", "up"],
    "does not": ["The resolver does not validate DNSSEC", "bad"],
};


function perspective(data, now) {
    const checks = object(data.checks);
    const errors = Object.entries(object(checks.errors))
        .sort((a, b) => sum(b[1]) - sum(a[1]));
    const methods = Object.entries(object(checks.by_method))
        .filter(([, counts]) => sum(...Object.values(object(counts))) > 0);

    return [
        summary(...perspectiveState(data)),
        perspectiveTiles(checks),
        el("section", { class: "panel wide", "aria-label": "Checks" },
            methods.length
                ? outcomeTable("Checks by method", "Method", methods,
                               ["passed", "failed", "incomplete"])
                : [el("h2", {}, "Checks by method"),
                   el("p", { class: "none" },
                      `No checks yet, since ${moment(data.since)}.`)]),
        el("div", { class: "column narrow" },
            dnssecPanel(object(data.dnssec), now),
            resolverPanel(object(data.resolver))),
        el("section", { class: "panel", "aria-label": "Errors" },
            errors.length ? table("Errors", [
                { label: "Type", cell: ([type]) => type },
                { label: "Checks", class: "number", cell: ([, n]) => count(n) },
            ], errors)
            : [el("h2", {}, "Errors"), el("p", { class: "none" }, "None.")]),
    ];
}


function perspectiveState(data) {
    const dnssec = object(data.dnssec);
    const [headline, state] = DNSSEC[dnssec.state]
        || ["It is not known whether the resolver validates DNSSEC",
            "unknown"];
    const items = [];

    if (state === "bad" && dnssec.required) {
        items.push("mpic_dnssec is on: checks do not complete meanwhile.");
    }

    const lost = sum(object(data.checks).record_failures);
    const [about, how] = dnssec.required === false && state !== "up"
        ? [state === "bad" ? headline + ", and need not"
           : "DNSSEC is not required", state === "bad" ? "warn" : "unknown"]
        : [headline, state];

    return lost > 0 && how !== "bad"
        ? [plural(lost, "record", "records") + " could not be written", "bad",
           [about + ".", ...items]]
        : [about, how, lost > 0
           ? [...items, plural(lost, "record", "records")
                      + " could not be written."]
           : items];
}


function perspectiveTiles(checks) {
    const time = object(checks.duration_ms);
    const full = known(checks.max) && checks.running >= checks.max;

    return tiles("Totals", [
        { name: "Running", value: count(checks.running),
          more: known(checks.max) ? "of " + count(checks.max) : null,
          bad: full },
        { name: "Refused", value: count(checks.refused) },
        { name: "Unavailable", value: count(checks.unavailable),
          bad: checks.unavailable > 0 },
        { name: "Coordinator left", value: count(checks.unanswered) },
        { name: "Median time", value: duration(time.p50) },
        { name: "99 % within", value: duration(time.p99) },
        { name: "Not recorded", value: count(checks.record_failures),
          bad: sum(checks.record_failures) > 0 },
    ]);
}


function facts(...pairs) {
    return el("dl", { class: "facts" }, pairs.filter(([, value]) =>
        value !== null && value !== undefined).map(([name, value]) =>
        [el("dt", {}, name), el("dd", {}, value)]));
}


function dnssecPanel(dnssec, now) {
    return panel("", "DNSSEC self-test", null, facts(
        ["State", el("span", { class: dnssec.state === "validates" ? "good"
                               : dnssec.state === "does not" ? "failure"
                               : null }, text(dnssec.state))],
        ["Required", dnssec.required ? "yes" : "no"],
        ["Checked", ago(dnssec.checked_at, now)],
        ["Reason", dnssec.reason ? String(dnssec.reason) : null]));
}


/* whatever else it counts is shown by its name */

function resolverPanel(resolver) {
    const addresses = Array.isArray(resolver.addresses)
        ? resolver.addresses.map(text).join(", ") : DASH;

    return panel("", "Resolver", null, facts(["Addresses", addresses],
        ...Object.entries(resolver).filter(([, value]) => known(value))
            .map(([name, value]) => [name[0].toUpperCase()
                + name.slice(1).replace(/_/g, " "), count(value)])));
}
