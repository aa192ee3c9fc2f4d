// Draws a report's charts from the figures on the page; adds and moves questions while they are
// built, and moves what is put in order. No words and no decision here.
"use strict";

(() => {
    function swap(item, by) {
        const other = by < 0 ? item.previousElementSibling : item.nextElementSibling;
        if (other) {
            other[by < 0 ? "before" : "after"](item);
        }
    }

    document.querySelectorAll("[data-rank]").forEach((list) => {
        list.addEventListener("click", (event) => {
            const button = event.target.closest("[data-move]");
            if (button) {
                swap(button.closest("li"), Number(button.dataset.move));
            }
        });
    });

    const list = document.querySelector("[data-questions]");
    if (!list) {
        return;
    }
    const empty = document.querySelector("[data-empty]");
    const total = document.querySelector("[name$=-TOTAL_FORMS]");

    function number() {
        [...list.children].forEach((each, place) => {
            each.querySelector("[name$=-ORDER]").value = place + 1;
            each.classList.toggle("is-out", each.querySelector("[name$=-DELETE]").checked);
            const sort = each.querySelector("[name$=-sort]");
            for (const [what, kinds] of [["choices", "listed"], ["scale", "scaled"]]) {
                const has = sort.dataset[kinds].split(" ").includes(sort.value);
                each.classList.toggle(`has-no-${what}`, !has);
            }
        });
    }

    document.querySelector("[data-add]").addEventListener("click", () => {
        list.insertAdjacentHTML("beforeend", empty.innerHTML.replaceAll("__prefix__", total.value));
        total.value = Number(total.value) + 1;
        number();
        list.lastElementChild.scrollIntoView({ behavior: "smooth" });
    });
    list.addEventListener("click", (event) => {
        const button = event.target.closest("[data-move]");
        if (button) {
            swap(button.closest(".survey-question"), Number(button.dataset.move));
            number();
        }
    });
    list.addEventListener("change", number);
    number();
})();

(() => {
    const told = document.getElementById("survey-charts");
    document.querySelectorAll("[data-print]").forEach((button) => {
        button.addEventListener("click", () => window.print());
    });
    if (!told || typeof Chart === "undefined") {
        return;
    }
    const charts = JSON.parse(told.textContent);
    const style = getComputedStyle(document.body);
    const colour = (name) => style.getPropertyValue(name).trim();
    const rightToLeft = document.documentElement.dir === "rtl";
    const tones = { for: colour("--well"), between: colour("--amber"), against: colour("--red") };
    const digits = new Intl.NumberFormat(document.documentElement.lang || "fa");

    Chart.defaults.font.family = style.fontFamily;
    Chart.defaults.color = colour("--soft-text");
    Chart.defaults.borderColor = colour("--line");
    Chart.defaults.animation = false;

    function options(kind) {
        const across = kind === "bars";
        const counts = { beginAtZero: true, ticks: { precision: 0, callback: (n) => digits.format(n) } };
        return {
            indexAxis: across ? "y" : "x",
            maintainAspectRatio: false,
            plugins: {
                legend: { display: false },
                tooltip: { rtl: rightToLeft, textDirection: rightToLeft ? "rtl" : "ltr" },
            },
            scales: {
                [across ? "x" : "y"]: { ...counts, reverse: across && rightToLeft, position: across ? "bottom" : (rightToLeft ? "right" : "left") },
                [across ? "y" : "x"]: {
                    position: across && rightToLeft ? "right" : undefined,
                    reverse: !across && rightToLeft,
                    grid: { display: false },
                },
            },
        };
    }

    for (const place of document.querySelectorAll("[data-chart]")) {
        const chart = charts[place.dataset.chart];
        if (!chart) {
            place.closest(".survey-chart").hidden = true;
            continue;
        }
        const plain = colour("--well");
        const rows = chart.kind === "bars" ? chart.labels.length : 0;
        if (rows) {
            place.parentElement.style.height = `${Math.max(90, rows * 30 + 50)}px`;
        }
        new Chart(place, {
            type: chart.kind === "line" ? "line" : "bar",
            data: {
                labels: chart.labels,
                datasets: [{
                    label: chart.series,
                    data: chart.values,
                    backgroundColor: chart.tones.length ? chart.tones.map((tone) => tones[tone]) : plain,
                    borderColor: plain,
                    borderRadius: 5,
                    maxBarThickness: 34,
                    tension: 0.25,
                }],
            },
            options: options(chart.kind),
        });
    }
    document.body.classList.add("has-charts");
})();
