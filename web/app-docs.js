// Shows an app's document, and lets callers who are logged in try what writes: they repeat the secret of a cookie in a header.
const viewer = document.getElementById("viewer");
const dark = matchMedia("(prefers-color-scheme: dark)");
const { url, csrfCookie, csrfHeader } = viewer.dataset;

function cookie(name) {
  const found = document.cookie.split("; ").find((entry) => entry.startsWith(`${name}=`));
  return found && decodeURIComponent(found.slice(name.length + 1));
}

function dress() {
  document.documentElement.classList.toggle("dark-mode", dark.matches);
}

dress();
dark.addEventListener("change", dress);
SwaggerUIBundle({
  url,
  domNode: viewer,
  deepLinking: true,
  docExpansion: "none",
  defaultModelsExpandDepth: -1,
  displayRequestDuration: true,
  filter: true,
  validatorUrl: null,
  queryConfigEnabled: false,
  requestInterceptor: (request) => {
    const secret = csrfCookie && cookie(csrfCookie);
    const here = new URL(request.url, location.href).origin === location.origin;
    if (secret && here && !["GET", "HEAD", "OPTIONS"].includes((request.method ?? "GET").toUpperCase())) request.headers[csrfHeader] = secret;
    return request;
  },
  presets: [SwaggerUIBundle.presets.apis],
});
