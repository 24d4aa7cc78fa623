// A manager's team by PostGraphile: its own schema over the views of postgraphile.sql, the role
// and the tenant set in each request's transaction, as it does.
// node postgraphile.mjs DATABASE ORGANIZATION DAY PORT

import { createServer } from "node:http";
import { postgraphile } from "postgraphile";
import { makePgService } from "postgraphile/adaptors/pg";
import { grafserv } from "postgraphile/grafserv/node";
import { PostGraphileAmberPreset } from "postgraphile/presets/amber";
import { address, settings, url } from "./database.mjs";

const server = createServer();
const service = postgraphile({
  extends: [PostGraphileAmberPreset],
  pgServices: [makePgService({ connectionString: url, schemas: ["peer"] })],
  grafserv: { graphqlPath: "/graphql", graphiql: false, watch: false },
  grafast: { explain: false, context: () => ({ pgSettings: settings }) },
}).createServ(grafserv);
await service.addTo(server);
server.listen(address);
