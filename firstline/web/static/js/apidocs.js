// Swagger UI comes as a plain script; this starts it on our own description of the API.
const main = document.querySelector("#api");
SwaggerUIBundle({ url: main.dataset.openapi, domNode: main, deepLinking: true, persistAuthorization: false });
