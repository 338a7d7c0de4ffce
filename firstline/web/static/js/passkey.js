// Passkeys: fetches what is to be signed, asks the browser, and sends what it signed with the form.
import { post } from "./csrf.js";

for (const form of document.querySelectorAll("[data-passkey]")) {
  if (!window.PublicKeyCredential) continue;
  form.hidden = false;
  const go = form.querySelector("[data-passkey-go]");
  if (go) go.addEventListener("click", () => ceremony(form));
  else form.addEventListener("submit", (event) => { event.preventDefault(); ceremony(form); });
}

document.addEventListener("click", (event) => {
  if (event.target.closest("[data-print]")) print();
});

async function ceremony(form) {
  const failed = form.querySelector("[data-passkey-failed]");
  failed.hidden = true;
  try {
    const answer = await post(form.dataset.passkeyOptions);
    if (answer.status === 401 && form.dataset.passkeyAgain) { location.assign(form.dataset.passkeyAgain); return; }
    if (!answer.ok) throw new Error(answer.status);
    const { publicKey } = await answer.json();
    const create = form.dataset.passkey === "create";
    const made = await navigator.credentials[create ? "create" : "get"]({ publicKey: prepared(publicKey) });
    form.elements[form.dataset.passkeyInto ?? "credential"].value = JSON.stringify(told(made));
    form.submit();
  } catch (error) {
    console.info("passkey:", error);
    failed.hidden = false;
  }
}

function prepared(options) {
  const listed = (keys) => keys?.map((key) => ({ ...key, id: bytes(key.id) }));
  return {
    ...options,
    challenge: bytes(options.challenge),
    ...(options.user && { user: { ...options.user, id: bytes(options.user.id) } }),
    ...(options.allowCredentials && { allowCredentials: listed(options.allowCredentials) }),
    ...(options.excludeCredentials && { excludeCredentials: listed(options.excludeCredentials) }),
  };
}

function told(made) {
  const { response } = made;
  const parts = ["clientDataJSON", "attestationObject", "authenticatorData", "signature", "userHandle"];
  const said = Object.fromEntries(parts.filter((part) => response[part]).map((part) => [part, text(response[part])]));
  if (response.getTransports) said.transports = response.getTransports();
  return { id: made.id, rawId: text(made.rawId), type: made.type, response: said, clientExtensionResults: made.getClientExtensionResults() };
}

function bytes(base64url) {
  const binary = atob(base64url.replaceAll("-", "+").replaceAll("_", "/"));
  return Uint8Array.from(binary, (letter) => letter.charCodeAt(0));
}

function text(buffer) {
  const binary = String.fromCharCode(...new Uint8Array(buffer));
  return btoa(binary).replaceAll("+", "-").replaceAll("/", "_").replaceAll("=", "");
}
