// Starts the viewer with the document that is chosen.
const viewer = document.getElementById("viewer");
const chooser = document.getElementById("document");
const form = document.getElementById("token-form");
let token = "";
const dark = matchMedia("(prefers-color-scheme: dark)");

function show(url) {
  viewer.replaceChildren();
  SwaggerUIBundle({
    url,
    domNode: viewer,
    deepLinking: true,
    docExpansion: viewer.dataset.expansion,
    defaultModelsExpandDepth: 0,
    displayRequestDuration: true,
    tryItOutEnabled: false,
    syntaxHighlight: { activated: true },
    validatorUrl: null,
    requestInterceptor: (request) => {
      if (token && !request.headers.Authorization) request.headers.Authorization = `Bearer ${token}`;
      return request;
    },
    queryConfigEnabled: false,
    presets: [SwaggerUIBundle.presets.apis],
  });
}

function dress() {
  document.documentElement.classList.toggle("dark-mode", dark.matches);
}

dress();
dark.addEventListener("change", dress);
if (chooser) chooser.addEventListener("change", () => show(chooser.value));
const start = () => show(chooser ? chooser.value : viewer.dataset.url);
if (form) {
  form.hidden = false;
  form.addEventListener("submit", (event) => {
    event.preventDefault();
    token = document.getElementById("token").value.trim();
    form.hidden = true;
    start();
  });
} else {
  start();
}
