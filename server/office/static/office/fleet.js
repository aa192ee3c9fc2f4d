// Renews the fleet's pages while they are looked at. What differs is changed and nothing else, so
// that ticks, focus and the place on the page stay. No library, nothing inline.
"use strict";

(() => {
    const page = document.querySelector("[data-renew]");
    if (!page) {
        return;
    }

    function copyAttributes(old, fresh) {
        for (const { name } of [...old.attributes]) {
            if (!fresh.hasAttribute(name)) {
                old.removeAttribute(name);
            }
        }
        for (const { name, value } of fresh.attributes) {
            if (old.getAttribute(name) !== value) {
                old.setAttribute(name, value);
            }
        }
    }

    function mergeKeyed(old, fresh) {
        const known = new Map([...old.children].map((each) => [each.dataset.key, each]));
        let place = old.firstElementChild;
        for (const each of [...fresh.children]) {
            let here = known.get(each.dataset.key);
            known.delete(each.dataset.key);
            if (here) {
                merge(here, each);
            } else {
                here = document.importNode(each, true);
            }
            if (here === place) {
                place = place.nextElementSibling;
            } else {
                old.insertBefore(here, place);
            }
        }
        known.forEach((gone) => gone.remove());
    }

    function mergeInOrder(old, fresh) {
        const before = [...old.childNodes];
        const after = [...fresh.childNodes];
        after.forEach((each, index) => {
            const here = before[index];
            if (!here) {
                old.append(document.importNode(each, true));
            } else if (here.nodeName !== each.nodeName) {
                here.replaceWith(document.importNode(each, true));
            } else {
                merge(here, each);
            }
        });
        before.slice(after.length).forEach((gone) => gone.remove());
    }

    function merge(old, fresh) {
        if (old.isEqualNode(fresh)) {
            return;
        }
        if (old.nodeType !== Node.ELEMENT_NODE) {
            old.nodeValue = fresh.nodeValue;
            return;
        }
        copyAttributes(old, fresh);
        const keyed = fresh.firstElementChild && fresh.firstElementChild.dataset.key;
        (keyed ? mergeKeyed : mergeInOrder)(old, fresh);
    }

    async function renew() {
        if (document.hidden) {
            return;
        }
        try {
            // a session that has ended leads to the login, which is no answer
            const answer = await fetch(location.href, { redirect: "error", cache: "no-store" });
            if (!answer.ok) {
                throw new Error(String(answer.status));
            }
            const next = new DOMParser().parseFromString(await answer.text(), "text/html");
            for (const part of document.querySelectorAll("[data-live]")) {
                const fresh = next.querySelector(`[data-live="${part.dataset.live}"]`);
                if (fresh) {
                    merge(part, fresh);
                }
            }
            page.classList.remove("is-stale");
            count();
        } catch (error) {
            page.classList.add("is-stale");
        }
    }

    const told = document.querySelector(".fleet-ticked");
    const digits = new Intl.NumberFormat(document.documentElement.lang);

    function ticks() {
        return [...document.querySelectorAll('input[name="kiosk"][type="checkbox"]')];
    }

    function count() {
        if (told) {
            const ticked = ticks().filter((each) => each.checked).length;
            told.textContent = ticked ? `${digits.format(ticked)} ${told.dataset.one}` : "";
        }
    }

    document.addEventListener("change", ({ target }) => {
        if (target.matches("[data-all]")) {
            ticks().forEach((each) => { each.checked = target.checked; });
        }
        if (target.matches("[data-filters] select")) {
            target.form.submit();
        }
        count();
    });
    document.addEventListener("visibilitychange", renew);
    setInterval(renew, Number(page.dataset.renew) * 1000);
    count();
})();
