// Renders openapi.json without any outside resource.
const text = (tag, content) => Object.assign(document.createElement(tag), { textContent: content ?? "" });

const typeOf = (schema, all) => {
  if (!schema) return "";
  if (schema.$ref) return schema.$ref.split("/").pop();
  if (schema.enum) return schema.enum.map(String).join(" | ");
  if (schema.anyOf) return schema.anyOf.map((part) => typeOf(part, all)).join(" | ");
  if (schema.type === "array") return `list of ${typeOf(schema.items, all)}`;
  return schema.format ? `${schema.type} (${schema.format})` : schema.type ?? "any";
};

const rows = (table, fields) => {
  for (const [name, type, note] of fields) {
    const row = table.insertRow();
    row.append(text("td", name), text("td", type), text("td", note));
  }
};

const render = (spec) => {
  document.getElementById("about").textContent = `${spec.info.description} Version ${spec.info.version}.`;
  const all = spec.components?.schemas ?? {};
  const bodyFields = (schema) => {
    const named = schema?.$ref ? all[schema.$ref.split("/").pop()] : schema;
    const needed = new Set(named?.required ?? []);
    return Object.entries(named?.properties ?? {}).map(([name, field]) => [
      name, typeOf(field, all), needed.has(name) ? "required" : `default ${JSON.stringify(field.default ?? null)}`,
    ]);
  };
  for (const [path, verbs] of Object.entries(spec.paths)) {
    for (const [verb, route] of Object.entries(verbs)) {
      const box = document.createElement("details");
      const head = document.createElement("summary");
      head.append(Object.assign(text("span", verb.toUpperCase()), { className: "verb" }), text("code", `/v1${path}`));
      const table = document.createElement("table");
      rows(table, (route.parameters ?? []).map((p) => [p.name, typeOf(p.schema, all), p.required ? "required" : p.in]));
      const body = route.requestBody?.content?.["application/json"]?.schema;
      if (body) rows(table, bodyFields(body));
      box.append(head, text("p", route.description ?? ""), table);
      const answer = route.responses?.["200"]?.content?.["application/json"]?.schema;
      if (answer?.$ref) {
        const fields = document.createElement("table");
        rows(fields, bodyFields(answer).map(([name, type]) => [name, type, ""]));
        box.append(text("p", `Answers with ${typeOf(answer, all)}:`), fields);
      }
      document.getElementById("routes").append(box);
    }
  }
};

fetch("openapi.json").then((answer) => answer.json()).then(render)
  .catch((error) => { document.getElementById("about").textContent = `openapi.json could not be read: ${error}`; });
