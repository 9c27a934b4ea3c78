// Fetches the document that is chosen, and shows it. It is made ready for the viewer here: parameters that occur more than once are put where
// they are used, and examples are told in words, since the viewer would fill all of them in at once when a request is tried.
const viewer = document.getElementById("viewer");
const chooser = document.getElementById("document");
const form = document.getElementById("token-form");
const dark = matchMedia("(prefers-color-scheme: dark)");
// Without a filter these touch every row: whoever tries one as it stands had better have the examples filled in.
const narrowed = ["patch", "delete", "put"];
let token = "";
let known = ""; // the token that the document at hand was loaded with

/** What a reference within the document points to; anything else is itself. */
function resolved(value, spec) {
  if (!value?.$ref?.startsWith("#/")) return value;
  const steps = value.$ref.slice(2).split("/").map((step) => decodeURIComponent(step).replaceAll("~1", "/").replaceAll("~0", "~"));
  const found = steps.reduce((node, step) => node?.[step], spec);
  return found ? { ...found, ...(value.description && { description: value.description }) } : value;
}

/** Without its example, but where it only says how much is shown (a whole number that is no column's). */
function told(parameter, columns) {
  const { example, ...rest } = parameter;
  const pages = parameter.schema?.type === "integer" && !columns.some((column) => parameter.name.startsWith(column));
  if (example === undefined || parameter.required || pages) return parameter;
  return { ...rest, description: `${rest.description ?? ""}\n\nExample: \`${example}\``.trim() };
}

function prepared(spec) {
  const paths = {};
  for (const [path, item] of Object.entries(spec.paths ?? {})) {
    paths[path] = {};
    for (const [key, value] of Object.entries(item)) {
      if (key === "parameters") continue;
      if (typeof value !== "object" || Array.isArray(value)) {
        paths[path][key] = value;
        continue;
      }
      const responses = {};
      for (const [status, response] of Object.entries(value.responses ?? {})) {
        const whole = { ...resolved(response, spec) };
        if (whole.headers) whole.headers = Object.fromEntries(Object.entries(whole.headers).map(([name, header]) => [name, resolved(header, spec)]));
        responses[status] = whole;
      }
      const columns = Object.keys(spec.components?.schemas?.[value.tags?.[0]]?.properties ?? {});
      const parameters = [...(item.parameters ?? []), ...(value.parameters ?? [])].map((parameter) => {
        const whole = resolved(parameter, spec);
        return narrowed.includes(key) ? whole : told(whole, columns);
      });
      paths[path][key] = { ...value, ...(parameters.length > 0 && { parameters }), responses };
      if (value.requestBody) paths[path][key].requestBody = resolved(value.requestBody, spec);
    }
  }
  return { ...spec, paths };
}

function say(text) {
  const line = document.createElement("p");
  line.className = "page";
  line.textContent = text;
  viewer.replaceChildren(line);
}

async function show(url) {
  say("Loading …");
  const headers = { Accept: "application/openapi+json, application/json" };
  if (token) headers.Authorization = `Bearer ${token}`;
  const answer = await fetch(url, { headers });
  if (form) form.hidden = answer.status !== 401;
  if (!answer.ok) return say(answer.status === 401 ? "" : `The document could not be loaded: ${answer.status} ${answer.statusText}`);
  const spec = prepared(await answer.json());
  const ui = SwaggerUIBundle({
    spec,
    domNode: viewer,
    deepLinking: true,
    docExpansion: viewer.dataset.expansion,
    defaultModelsExpandDepth: -1,
    displayRequestDuration: true,
    validatorUrl: null,
    queryConfigEnabled: false,
    requestInterceptor: (request) => {
      if (token && !request.headers.Authorization) request.headers.Authorization = `Bearer ${token}`;
      return request;
    },
    presets: [SwaggerUIBundle.presets.apis],
    plugins: [{ statePlugins: { auth: { wrapActions: { authorize: heard, logout: heard } } } }],
    onComplete: () => {
      known = token;
      if (token) for (const name of Object.keys(spec.components?.securitySchemes ?? {})) ui.preauthorizeApiKey(name, token);
    },
  });
}

/** Who may do more is shown more: a token given to, or taken from, the viewer's own dialog loads the document anew. */
const heard = (original) => (payload) => {
  original(payload);
  const given = Array.isArray(payload) ? "" : Object.values(payload)[0]?.value;
  if (typeof given !== "string" || given === known) return;
  token = known = given;
  start();
};

function dress() {
  document.documentElement.classList.toggle("dark-mode", dark.matches);
}

const start = () => show(chooser ? chooser.value : viewer.dataset.url).catch((fault) => say(`The document could not be shown: ${fault}`));
dress();
dark.addEventListener("change", dress);
chooser?.addEventListener("change", start);
form?.addEventListener("submit", (event) => {
  event.preventDefault();
  token = document.getElementById("token").value.trim();
  start();
});
start();
