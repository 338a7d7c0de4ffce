// A POST that Django accepts.
export function token() {
  return document.querySelector('meta[name="csrf-token"]')?.content ?? "";
}

export function post(url, body, options = {}) {
  return fetch(url, { ...options, method: "POST", body, headers: { "X-CSRFToken": token(), "X-Requested-With": "fetch" } });
}

// For what must end on another page: a real form, sent by the browser.
export function postAndGo(url) {
  const form = document.createElement("form");
  form.method = "post";
  form.action = url;
  const field = document.createElement("input");
  field.type = "hidden";
  field.name = "csrfmiddlewaretoken";
  field.value = token();
  form.append(field);
  document.body.append(form);
  form.submit();
}
