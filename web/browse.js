// What forms of pages cannot do alone: other methods than GET and POST, bodies of JSON, a question first; and no empty filters in addresses.
// A form's own attributes are asked by name: its fields may be called "action" or "method", too.
const attribute = (form, name) => form.getAttribute(name) ?? "";

function dress() {
  for (const element of document.querySelectorAll("[data-script]")) element.hidden = false;
}

function tell(text) {
  const place = document.getElementById("told");
  place.textContent = text;
  place.scrollIntoView({ block: "nearest" });
}

/** Shows an answer's page here, as a browser would after a POST. Scripts in it do not run: there are none but this one. */
function show(html) {
  const page = new DOMParser().parseFromString(html, "text/html");
  document.title = page.title;
  document.body.replaceChildren(...page.body.childNodes);
  dress();
  const place = document.querySelector("[aria-invalid]") ?? document.querySelector("h1");
  place?.focus();
  (document.querySelector("[role=alert]") ?? place)?.scrollIntoView({ block: "nearest" });
}

const fieldsOf = (form) => form.querySelectorAll("input, select, textarea");

/** What a field was shown with. */
function shownWith(field) {
  if (!(field instanceof HTMLSelectElement)) return field.defaultValue;
  return ([...field.options].find((option) => option.defaultSelected) ?? field.options[0])?.value ?? "";
}

/** What a form says. Of a row's change only what differs from what was shown. */
function content(form, changes, type) {
  const fields = new FormData(form);
  if (type) return fields.get("body");
  if (form.enctype === "multipart/form-data") return fields;
  if (changes) for (const field of fieldsOf(form)) if (field.value === shownWith(field)) fields.delete(field.name);
  return new URLSearchParams(fields);
}

/** A form that was refused comes back with what was sent: puts back what was not, and what all of it was shown with. */
function restored(form, before) {
  for (const field of form ? fieldsOf(form) : []) {
    const kept = before.get(field.name);
    if (!kept || field.type === "file") continue;
    if (field instanceof HTMLSelectElement) for (const option of field.options) option.defaultSelected = option.value === kept.shown;
    else field.defaultValue = kept.shown;
    field.value = kept.value;
  }
}

async function send(form) {
  const method = attribute(form, "data-method");
  const type = attribute(form, "data-type");
  const place = document.getElementById("content").dataset;
  const headers = { Accept: "text/html" };
  if (place.csrfHeader && place.csrf) headers[place.csrfHeader] = place.csrf;
  if (type) headers["Content-Type"] = type;
  const address = attribute(form, "action");
  const shows = form.hasAttribute("data-shows");
  const changes = method === "PATCH" && !shows;
  const body = method === "DELETE" ? undefined : content(form, changes, type);
  if (changes && !String(body)) return tell("Nothing was changed.");
  const answer = await fetch(address, { method, headers, body, credentials: "same-origin" });
  if (answer.ok && ((method !== "POST" && !shows) || answer.status === 204)) return location.assign(attribute(form, "data-then") || address);
  const html = (answer.headers.get("Content-Type") ?? "").startsWith("text/html");
  if (html) {
    const before = new Map([...fieldsOf(form)].map((field) => [field.name, { value: field.value, shown: shownWith(field) }]));
    show(await answer.text());
    if (changes && !answer.ok) restored(document.getElementById(attribute(form, "id")), before);
  } else {
    tell(`${answer.status}: ${(await answer.text()).slice(0, 1000)}`);
  }
}

/** Fields without a value stay out of an address. */
function tidy(form) {
  const empty = [...form.querySelectorAll("input, select, textarea")].filter((field) => field.name && !field.value && !field.disabled);
  for (const field of empty) field.disabled = true;
  setTimeout(() => { for (const field of empty) field.disabled = false; });
}

document.addEventListener("submit", async (event) => {
  const form = event.target;
  if (!form.hasAttribute("data-method")) {
    if (attribute(form, "method") === "get") tidy(form);
    return;
  }
  event.preventDefault();
  const question = attribute(form, "data-confirm");
  if (question && !confirm(question)) return;
  const buttons = form.querySelectorAll("button");
  for (const button of buttons) button.disabled = true;
  try {
    await send(form);
  } catch (fault) {
    tell(`The server could not be asked: ${fault.message}`);
  } finally {
    for (const button of buttons) button.disabled = false;
  }
});

dress();
