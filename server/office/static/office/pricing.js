// Pickers and rows of the forms of rules. Without it the forms work all the same: ids are typed
// one a line, and rows are taken out by a tick. No library, nothing inline.
"use strict";

(() => {
    const page = document.querySelector("[data-pick-from]");
    if (!page) {
        return;
    }
    const from = page.dataset.pickFrom;
    const FREE = new Set(["voucher", "sku", "brand", "supplier"]); // may be typed without being found
    document.body.classList.add("has-script");

    function linesOf(area) {
        return area.value.split("\n").map((line) => line.trim()).filter(Boolean);
    }

    function make(name, className, text) {
        const element = document.createElement(name);
        element.className = className;
        element.textContent = text || "";
        return element;
    }

    async function ask(parameters) {
        const answer = await fetch(`${from}?${parameters}`, { headers: { Accept: "application/json" } });
        return answer.ok ? (await answer.json()).found : [];
    }

    class Picker {
        constructor(area) {
            this.area = area;
            this.kind = area.dataset.pick;
            this.names = new Map();
            this.found = [];
            this.at = -1;
            this.asked = 0;
            area.hidden = true;
            this.box = make("div", "rule-picked");
            this.input = document.createElement("input");
            this.input.setAttribute("aria-label", this.label());
            this.input.autocomplete = "off";
            this.list = make("ul", "rule-found");
            this.list.hidden = true;
            this.box.append(this.input, this.list);
            area.after(this.box);
            this.box.addEventListener("click", () => this.input.focus());
            this.input.addEventListener("input", () => this.look());
            this.input.addEventListener("focus", () => this.look());
            this.input.addEventListener("blur", () => setTimeout(() => this.leave(), 150));
            this.input.addEventListener("keydown", (event) => this.key(event));
            this.input.addEventListener("paste", (event) => this.paste(event));
            this.draw();
            this.name();
        }

        label() {
            const label = this.area.closest(".rule-field")?.querySelector("label");
            return label ? label.textContent.trim() : this.kind;
        }

        async name() {
            const ids = linesOf(this.area);
            if (ids.length === 0 || ["voucher", "brand", "supplier"].includes(this.kind)) {
                return;
            }
            const asked = new URLSearchParams([["kind", this.kind], ...ids.slice(0, 200).map((id) => ["id", id])]);
            (await ask(asked)).forEach(({ id, name }) => this.names.set(id, name));
            this.draw();
        }

        draw() {
            this.box.querySelectorAll(".rule-chip").forEach((chip) => chip.remove());
            for (const id of linesOf(this.area)) {
                const chip = make("span", "rule-chip");
                const name = this.names.get(id);
                chip.append(make("span", "", name || id));
                chip.title = name ? `${name} (${id})` : id;
                const out = make("button", "", "×");
                out.type = "button";
                out.setAttribute("aria-label", `− ${name || id}`);
                out.addEventListener("click", (event) => {
                    event.stopPropagation();
                    this.write(linesOf(this.area).filter((each) => each !== id));
                });
                chip.append(out);
                this.box.insertBefore(chip, this.input);
            }
        }

        write(ids) {
            this.area.value = [...new Set(ids)].join("\n");
            this.area.dispatchEvent(new Event("change", { bubbles: true }));
            this.draw();
        }

        take(id, name) {
            if (name) {
                this.names.set(id, name);
            }
            this.input.value = "";
            this.write([...linesOf(this.area), id]);
            this.close();
        }

        async look() {
            if (this.kind === "voucher") {
                return;
            }
            const turn = ++this.asked;
            const found = await ask(new URLSearchParams({ kind: this.kind, q: this.input.value.trim() }));
            if (turn !== this.asked || document.activeElement !== this.input) {
                return;
            }
            const there = new Set(linesOf(this.area));
            this.found = found.filter(({ id }) => !there.has(id));
            this.at = this.input.value.trim() ? 0 : -1;
            this.list.replaceChildren(...this.found.map(({ id, name }, index) => {
                const row = make("li", index === this.at ? "is-on" : "");
                row.append(make("span", "", name || id), make("small", "", name ? id : ""));
                row.addEventListener("mousedown", (event) => {
                    event.preventDefault();
                    this.take(id, name);
                });
                return row;
            }));
            this.list.hidden = this.found.length === 0;
        }

        close() {
            this.asked += 1;
            this.list.hidden = true;
            this.found = [];
            this.at = -1;
        }

        leave() {
            const typed = this.input.value.trim();
            if (typed && FREE.has(this.kind)) {
                this.take(typed);
            }
            this.close();
        }

        key(event) {
            if (event.key === "ArrowDown" || event.key === "ArrowUp") {
                event.preventDefault();
                const step = event.key === "ArrowDown" ? 1 : -1;
                this.at = Math.min(Math.max(this.at + step, 0), this.found.length - 1);
                [...this.list.children].forEach((row, index) => row.classList.toggle("is-on", index === this.at));
                this.list.children[this.at]?.scrollIntoView({ block: "nearest" });
            } else if (event.key === "Enter") {
                event.preventDefault();
                const chosen = this.found[this.at];
                if (chosen) {
                    this.take(chosen.id, chosen.name);
                } else if (this.input.value.trim() && FREE.has(this.kind)) {
                    this.take(this.input.value.trim());
                }
            } else if (event.key === "Escape") {
                this.close();
            } else if (event.key === "Backspace" && this.input.value === "") {
                this.write(linesOf(this.area).slice(0, -1));
            }
        }

        paste(event) {
            const text = event.clipboardData.getData("text");
            const apart = this.kind === "brand" ? /[\n\r]+/ : /[\s,،;]+/;
            const ids = text.split(apart).map((each) => each.trim()).filter(Boolean);
            if (ids.length > 1) {
                event.preventDefault();
                this.write([...linesOf(this.area), ...ids]);
                this.name();
            }
        }
    }

    function pickersOf(within) {
        within.querySelectorAll("textarea[data-pick]").forEach((area) => new Picker(area));
    }

    function takingOut(row) {
        const out = row.querySelector(".rule-out input");
        const show = () => row.classList.toggle("is-out", out.checked);
        out?.addEventListener("change", show);
    }

    document.querySelectorAll("[data-rows]").forEach((rows) => {
        const total = rows.querySelector("input[name$='-TOTAL_FORMS']");
        const template = rows.querySelector("template");
        rows.querySelector("[data-add]").addEventListener("click", () => {
            const holder = document.createElement("div");
            holder.innerHTML = template.innerHTML.replaceAll("__prefix__", total.value);
            total.value = String(Number(total.value) + 1);
            const row = holder.firstElementChild;
            rows.querySelector("[data-there]").append(row);
            pickersOf(row);
            takingOut(row);
            row.querySelector("input, select")?.focus();
        });
    });

    pickersOf(page);
    page.querySelectorAll("[data-row]").forEach(takingOut);
})();
