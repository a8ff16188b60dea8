/* Elements: made, and put into the place of others. */

const SVG = "http://www.w3.org/2000/svg";


function fill(node, attributes, children) {
    for (const [name, value] of Object.entries(attributes || {})) {
        if (value !== null && value !== undefined && value !== false) {
            node.setAttribute(name, value === true ? "" : value);
        }
    }

    for (const child of children.flat(Infinity)) {
        if (child !== null && child !== undefined && child !== false) {
            node.append(child);
        }
    }

    return node;
}


/* Text becomes text nodes, whatever it holds: nothing here parses HTML. */

function el(name, attributes, ...children) {
    return fill(document.createElement(name), attributes, children);
}


function svg(name, attributes, ...children) {
    return fill(document.createElementNS(SVG, name), attributes, children);
}


/*
 * Makes "old" what "fresh" is and keeps what is equal, so that a selection, the
 * place of a screen reader, and a tooltip outlive an update.
 */

function morph(old, fresh) {
    if (old.nodeType !== fresh.nodeType || old.nodeName !== fresh.nodeName) {
        old.replaceWith(fresh);
        return;
    }

    if (old.nodeType === Node.TEXT_NODE) {
        if (old.data !== fresh.data) {
            old.data = fresh.data;
        }

        return;
    }

    for (const name of old.getAttributeNames()) {
        if (!fresh.hasAttribute(name)) {
            old.removeAttribute(name);
        }
    }

    for (const name of fresh.getAttributeNames()) {
        if (old.getAttribute(name) !== fresh.getAttribute(name)) {
            old.setAttribute(name, fresh.getAttribute(name));
        }
    }

    /* drawn afterwards, when its width is known */

    if (!fresh.hasAttribute("data-drawn")) {
        morphChildren(old, [...fresh.childNodes]);
    }
}


function morphChildren(parent, fresh) {
    const old = [...parent.childNodes];

    fresh.forEach((node, i) => {
        if (i < old.length) {
            morph(old[i], node);

        } else {
            parent.append(node);
        }
    });

    old.slice(fresh.length).forEach((node) => node.remove());
}


/*
 * A table of { label, class, cell } columns; the first is the head of its row.
 * On a phone the rows of "cards" are displayed as such, which takes its roles
 * from a table: so they are said again.
 */

function table(caption, columns, rows, { cards, rowClass } = {}) {
    const head = columns.map((column) => el("th",
        { scope: "col", role: "columnheader", class: column.class },
        column.label));

    const body = rows.map((row) => el("tr",
        { role: "row", class: rowClass && rowClass(row) },
        columns.map((column, i) => i === 0
            ? el("th", { scope: "row", role: "rowheader",
                         class: column.class }, column.cell(row))
            : el("td", { role: "cell", class: column.class,
                         "data-label": column.label }, column.cell(row)))));

    return el("table", { class: cards ? "cards" : null, role: "table" },
        el("caption", {}, caption),
        el("thead", { role: "rowgroup" }, el("tr", { role: "row" }, head)),
        el("tbody", { role: "rowgroup" }, body));
}


function tiles(label, items) {
    return el("dl", { class: "tiles", "aria-label": label },
        items.map(({ name, value, more, bad }) => el("div",
            { class: bad ? "bad" : null },
            el("dt", {}, name),
            el("dd", {}, value, more ? el("small", {}, " ", more) : null))));
}


function panel(className, title, more, ...children) {
    return el("section", { class: "panel " + className },
        el("h2", {}, title, more ? el("small", {}, " ", more) : null),
        children);
}
