// What the peers share: where to listen, and connections that work as the application's role for
// one tenant. The tenant is set once for a connection, which costs less than once for a request.

const [url, organization, day, port] = process.argv.slice(2);

export { url, organization, day };
export const address = { host: "127.0.0.1", port: Number(port) };
export const settings = { role: "taiwa_app", "app.tenant": organization, timezone: "UTC" };
export const options = Object.entries(settings)
  .map(([name, value]) => `-c ${name}=${value}`)
  .join(" ");
