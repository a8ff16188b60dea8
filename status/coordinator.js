/* What the coordinator's JSON says. */

const HEALTH = { up: "up", failing: "failing", unknown: "not known" };

/* days before the end of a certificate */
const SOON = 30;
const NOW = 7;


function health(perspective) {
    return perspective.health === "up" || perspective.health === "failing"
        ? perspective.health : "unknown";
}


function coordinator(data, now) {
    const sets = list(data.sets);
    const perspectives = sets.flatMap((set) => list(set.perspectives));
    const history = object(data.history);
    const requests = object(data.requests);

    return [
        summary(...coordinatorState(data, sets, perspectives)),
        coordinatorTiles(requests),
        panel("map wide", "Perspectives",
            plural(perspectives.length, "perspective", "perspectives")
            + regions(perspectives),
            el("div", { id: "map", "data-drawn": true }),
            perspectives.some(placed) ? null
                : el("p", { class: "none" },
                     "No perspective has a location configured."),
            mapKey(perspectives), unplaced(perspectives)),
        el("div", { class: "column narrow" },
            panel("chart", "Outcomes", "of the last " + historySpan(history),
                el("div", { id: "chart", "data-drawn": true }),
                chartKey(history, now), noRequests(data, history, now)),
            policyPanel(data, sets)),
        el("section", { class: "panel perspectives",
                        "aria-label": "Perspectives" },
            sets.length ? sets.map((set) => perspectiveTable(set, now))
                : el("p", { class: "none" }, "No perspectives configured.")),
        certificatePanel(sets),
        checksPanel(requests),
        locationPanel(list(data.locations)),
    ];
}


function regions(perspectives) {
    const rirs = new Set(perspectives.map((perspective) => perspective.rir)
        .filter(Boolean));

    return rirs.size ? " in " + plural(rirs.size, "RIR region", "RIR regions")
        : "";
}


function unplaced(perspectives) {
    const names = perspectives.filter((perspective) => !placed(perspective))
        .map((perspective) => text(perspective.code));

    return names.length && names.length < perspectives.length
        ? el("p", { class: "none" },
             "Without a location: " + names.join(", ") + ".")
        : null;
}


function noRequests(data, history, now) {
    const totals = historyTotals(history, now);

    return sum(...Object.values(totals)) > 0 ? null
        : el("p", { class: "none" }, counted(object(data.requests)) > 0
             ? "No requests in this time."
             : `No requests yet, since ${moment(data.since)}.`);
}


function counted(requests) {
    return sum(requests.valid, requests.invalid, requests.incomplete,
               requests.monitoring);
}


/* the headline and how bad it is, and each thing that needs a person */

function coordinatorState(data, sets, perspectives) {
    const failing = perspectives.filter((perspective) =>
        health(perspective) === "failing");
    const quiet = perspectives.filter((perspective) =>
        health(perspective) === "unknown").length;
    const bad = [];
    const warn = [];

    quorumsOutOfReach(data, sets, bad);

    if (sum(object(data.requests).records_failing) > 0) {
        bad.push("Records cannot be written now.");
    }

    if (sum(object(data.requests).record_failures) > 0) {
        bad.push(plural(data.requests.record_failures, "record", "records")
                 + " could not be written.");
    }

    certificatesThatEnd(sets, bad, warn);
    setsTooSmall(data, sets, warn);

    if (failing.length) {
        return [`${failing.length} of ${perspectives.length} perspectives `
                + (failing.length === 1 ? "is" : "are") + " failing: "
                + failing.map((perspective) => text(perspective.code))
                    .join(", "), "bad", [...bad, ...warn]];
    }

    const all = !perspectives.length ? "No perspectives configured"
        : quiet === perspectives.length ? "No perspective was asked yet"
        : quiet ? `${perspectives.length - quiet} perspectives are up; `
            + `of ${quiet} nothing is known yet`
        : perspectives.length === 1 ? "The perspective is up"
        : `All ${perspectives.length} perspectives are up`;

    if (bad.length) {
        return [bad[0].replace(/\.$/, ""), "bad",
                [...bad.slice(1), all + ".", ...warn]];
    }

    return [all, warn.length ? "warn"
            : quiet || !perspectives.length ? "unknown" : "up", warn];
}


function remotes(set) {
    return list(set.perspectives).filter((perspective) =>
        !perspective.primary);
}


function quorumsOutOfReach(data, sets, bad) {
    for (const set of sets) {
        const can = remotes(set).filter((perspective) =>
            health(perspective) !== "failing").length;
        const out = list(data.locations).filter((location) =>
            location.set === set.name && location.quorum_count > can);

        for (const location of out) {
            bad.push(`${text(location.name)}: ${location.quorum_count} `
                     + `perspectives of ${text(set.name)} have to agree, and `
                     + `only ${can} are not failing.`);
        }
    }
}


function certificatesThatEnd(sets, bad, warn) {
    for (const certificate of certificates(sets)) {
        const { days } = certificate;

        if (known(days) && days < SOON) {
            (days < NOW ? bad : warn).push("The certificate "
                + `${text(certificate.subject)} (${text(certificate.role)}) `
                + (days < 0 ? "has expired." : `expires in `
                   + plural(days, "day", "days") + "."));
        }
    }
}


function setsTooSmall(data, sets, warn) {
    const next = object(object(data.policy).next);
    const wanted = new Set(list(data.locations)
        .filter((location) => location.policy === "br")
        .map((location) => location.set));

    for (const set of sets) {
        const has = remotes(set).length;

        if (wanted.has(set.name) && known(next.remotes) && has < next.remotes) {
            warn.push(`From ${text(next.from)} requests need ${next.remotes} `
                      + `remote perspectives; ${text(set.name)} has ${has}.`);
        }
    }
}


function summary(headline, state, items) {
    return el("section", { class: "summary " + state, role: "status" },
        el("strong", {}, headline),
        items.length ? el("ul", {}, items.map((item) => el("li", {}, item)))
            : null);
}


function coordinatorTiles(requests) {
    const answered = counted(requests);
    const time = object(requests.duration_ms);
    const share = (n) => answered && known(n) ? percent(n, answered) : null;
    const lost = sum(requests.record_failures);

    return tiles("Totals", [
        { name: "Valid", value: count(requests.valid) },
        { name: "Invalid", value: count(requests.invalid),
          more: share(requests.invalid) },
        { name: "Incomplete", value: count(requests.incomplete),
          more: share(requests.incomplete) },
        { name: "Refused", value: count(requests.refused) },
        { name: "Unavailable", value: count(requests.unavailable),
          bad: requests.unavailable > 0 },
        { name: "Client left", value: count(requests.unanswered) },
        { name: "Running", value: count(requests.running) },
        { name: "Median time", value: duration(time.p50) },
        { name: "99 % within", value: duration(time.p99) },
        { name: "Not recorded", value: count(requests.record_failures),
          bad: lost > 0 },
    ]);
}


/* both kinds of checks; what came late is an answer too */

function votes(perspective) {
    const kinds = [object(perspective.dcv), object(perspective.caa)];
    const total = (name) => sum(...kinds.map((kind) => kind[name]));
    const withLate = kinds.some((kind) => known(kind.late_passed));

    return {
        passed: total("passed") + total("late_passed"),
        answered: total("passed") + total("failed")
            + (withLate ? total("late") : 0),
        none: total("no_vote"),
        asked: total("passed") + total("failed") + total("no_vote")
            + total("late"),
    };
}


function perspectiveTable(set, now) {
    const title = [text(set.name), el("small", {}, " "
        + plural(remotes(set).length, "remote perspective",
                 "remote perspectives"))];

    return table(title, [
        { label: "Perspective", class: "span-6", cell: (p) => [text(p.code), " ",
            p.primary ? el("span", { class: "tag" }, "primary") : null] },
        { label: "Health", class: "span-4 plainly", cell: (p) =>
            healthCell(p, now) },
        { label: "RIR", class: "span-4 plainly", cell: (p) => text(p.rir) },
        { label: "Network", class: "span-6 plainly", cell: (p) =>
            text(p.network) },
        { label: "Passed", class: "number", cell: (p) =>
            percent(votes(p).passed, votes(p).answered) },
        { label: "No vote", class: "number", cell: noVoteCell },
        { label: "p50", class: "number", cell: (p) =>
            duration(object(p.latency_ms).p50) },
        { label: "p99", class: "number", cell: (p) =>
            duration(object(p.latency_ms).p99) },
        { label: "Answered", class: "number", cell: (p) =>
            ago(p.last_answer_at, now) },
        { label: "Last error", class: "error", cell: (p) =>
            errorCell(p, now) },
    ], list(set.perspectives), { cards: true, rowClass: (p) =>
        health(p) === "failing" ? "failing" : null });
}


function healthCell(perspective, now) {
    const state = health(perspective);

    return [el("span", { class: "health " + state }, HEALTH[state]),
            state === "failing" && known(perspective.failing_since)
                ? el("span", { class: "since" }, " for "
                     + span(now - perspective.failing_since)) : null];
}


function noVoteCell(perspective) {
    const { none, asked } = votes(perspective);

    return none ? [count(none), " ", el("span", { class: "quiet" },
                                        percent(none, asked))] : "0";
}


function errorCell(perspective, now) {
    if (!perspective.last_error) {
        return el("span", { class: "none" }, "none");
    }

    return el("div", { class: "text", title: String(perspective.last_error) },
        known(perspective.last_error_at)
            ? el("span", { class: "since",
                           title: moment(perspective.last_error_at) },
                 ago(perspective.last_error_at, now) + ": ") : null,
        String(perspective.last_error));
}


function needs(rule) {
    return `${plural(rule.remotes, "remote perspective",
                     "remote perspectives")}, at most `
        + `${count(rule.dissent)} may disagree, `
        + (rule.rirs ? plural(rule.rirs, "RIR region", "RIR regions")
           : "any RIR regions");
}


function policyPanel(data, sets) {
    const policy = object(data.policy);
    const force = object(policy.in_force);
    const next = object(policy.next);

    if (policy.name === "private") {
        return panel("policy", "Policy", "private",
            el("p", { class: "quiet" }, "The floors of the Baseline "
               + "Requirements are not applied: no certificate of a public CA "
               + "may be issued by this."));
    }

    if (!known(force.remotes)) {
        return panel("policy", "Policy", null, el("p", {}, DASH));
    }

    const small = sets.filter((set) => remotes(set).length < next.remotes);

    return panel("policy", "Policy", `BR ${text(force.section)}, in force `
                                     + `since ${text(force.since)}`,
        el("p", { class: "rule" }, needs(force)),
        !known(next.remotes) ? el("p", { class: "quiet" },
                                  "No later date is known.")
        : [el("p", {}, el("span", { class: next.days <= SOON ? "warning"
                                                             : null },
                          "In " + plural(next.days, "day", "days")),
              `, from ${text(next.from)}: ${needs(next)}.`),
           el("p", { class: small.length ? "warning" : "good" },
              small.length
                  ? "Too small for that: " + small.map((set) =>
                      `${text(set.name)} (${remotes(set).length})`).join(", ")
                  : sets.length ? "✓ All sets are large enough for that."
                  : null)]);
}


function certificates(sets) {
    return sets.flatMap((set) => list(set.certificates).map((certificate) =>
        ({ ...certificate, set: set.name })))
        .sort((a, b) => (known(a.not_after) ? a.not_after : Infinity)
                        - (known(b.not_after) ? b.not_after : Infinity));
}


function expiry(certificate) {
    const { days } = certificate;

    if (!known(days)) {
        return DASH;
    }

    return el("span", { class: "whole" + (days < NOW ? " failure"
                               : days < SOON ? " warning" : "") },
        days < 0 ? "expired" : "in " + plural(days, "day", "days"));
}


function certificatePanel(sets) {
    const all = certificates(sets);

    return el("section", { class: "panel third", "aria-label": "Certificates" },
        all.length ? table("Certificates", [
            { label: "Subject", class: "all", cell: (c) => text(c.subject) },
            { label: "Role", class: "span-4 plainly", cell: (c) => text(c.role) },
            { label: "Expires", class: "span-6 plainly", cell: (c) =>
                [expiry(c), el("span", { class: "quiet whole" },
                               " " + day(c.not_after))] },
        ], all, { cards: true })
        : [el("h2", {}, "Certificates"),
           el("p", { class: "none" }, "None configured.")]);
}


/* checks and methods, as { name: { valid, invalid, incomplete } } */

function outcomeTable(title, first, kinds, columns) {
    return table(title, [
        { label: first, cell: ([name]) => name },
        ...columns.map((column) => ({
            label: column[0].toUpperCase() + column.slice(1), class: "number",
            cell: ([, counts]) => count(object(counts)[column]) })),
    ], kinds);
}


function checksPanel(requests) {
    const kinds = [...Object.entries(object(requests.by_check)),
                   ...Object.entries(object(requests.by_method))]
        .filter(([, counts]) => sum(...Object.values(object(counts))) > 0);

    return el("section", { class: "panel third", "aria-label": "Requests" },
        kinds.length
            ? outcomeTable("Requests by check and method", "Check", kinds,
                           OUTCOMES)
            : [el("h2", {}, "Requests by check and method"),
               el("p", { class: "none" }, "No requests yet.")]);
}


function locationPanel(locations) {
    return el("section", { class: "panel third", "aria-label": "Locations" },
        locations.length ? table("Locations", [
            { label: "Location", class: "all", cell: (l) => [text(l.name), l.server
                ? el("span", { class: "quiet" }, " " + l.server) : null] },
            { label: "Set", class: "span-4", cell: (l) => `${text(l.set)}, ${text(l.policy)}` },
            { label: "Quorum", class: "number", cell: (l) =>
                `${count(l.quorum_count)} of ${count(l.perspective_count)}` },
            { label: "Attempts", class: "number", cell: (l) =>
                count(l.max_attempts) },
            { label: "Time", class: "number", cell: (l) =>
                duration(l.timeout_ms) },
        ], locations, { cards: true })
        : [el("h2", {}, "Locations"),
           el("p", { class: "none" }, "No mpic_validate configured.")]);
}
