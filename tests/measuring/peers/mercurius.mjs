// A manager's team by Mercurius: compiled queries, one batched statement for each level.
// node mercurius.mjs DATABASE ORGANIZATION DAY PORT

import Fastify from "fastify";
import mercurius from "mercurius";
import pg from "pg";
import { address, day, options, organization, url } from "./database.mjs";

// Times stay the text that PostgreSQL sends.
pg.types.setTypeParser(pg.types.builtins.TIMESTAMPTZ, (value) => value);
const pool = new pg.Pool({ connectionString: url, options, max: 10 });

// Prepared by its name, once for each connection.
async function rows(name, text, ...values) {
  return (await pool.query({ name, text, values: [organization, ...values] })).rows;
}

const schema = `
  type Query { person(id: ID!): Person }
  type Person {
    id: ID!
    displayName: String!
    number: String!
    reports(first: Int!): Reports!
    managerPair: Pair
  }
  type Reports { edges: [Edge!]! }
  type Edge { node: Person! }
  type Pair { id: ID! nextMeetings(first: Int!): [Meeting!]! }
  type Meeting { id: ID! status: String! minutes: Int! slot: Slot }
  type Slot { startsAt: String! endsAt: String! }
`;

const resolvers = {
  Query: {
    person: async (_, { id }) =>
      (
        await rows(
          "person",
          `select p.id, p.number, f.display_name as "displayName"
           from person p
           join person_profile f on f.organization_id = p.organization_id and f.person_id = p.id
             and f.valid_from <= $3 and f.valid_until > $3
           where p.organization_id = $1 and p.id = $2`,
          id,
          day,
        )
      )[0],
  },
};

const loaders = {
  Person: {
    reports: {
      async loader(queries) {
        const found = await rows(
          "reports",
          `select l.manager_id, p.id, p.number, f.display_name as "displayName"
           from reporting_line l
           join person p on p.organization_id = l.organization_id and p.id = l.report_id
           join person_profile f on f.organization_id = p.organization_id and f.person_id = p.id
             and f.valid_from <= $3 and f.valid_until > $3
           where l.organization_id = $1 and l.manager_id = any($2::uuid[]) and l.kind = 'solid'
             and l.valid_from <= $3 and l.valid_until > $3
           order by p.number`,
          queries.map(({ obj }) => obj.id),
          day,
        );
        return queries.map(({ obj, params }) => ({
          edges: found
            .filter((row) => row.manager_id === obj.id)
            .slice(0, params.first)
            .map((node) => ({ node })),
        }));
      },
      opts: { cache: false },
    },
    managerPair: {
      async loader(queries) {
        const found = await rows(
          "pairs",
          `select r.id, r.partner_id
           from pair r
           where r.organization_id = $1 and r.kind = 'manager' and r.partner_id = any($2::uuid[])
             and exists (select from pair_episode s where s.organization_id = $1
               and s.pair_id = r.id and s.valid_from <= $3 and s.valid_until > $3)`,
          queries.map(({ obj }) => obj.id),
          day,
        );
        const byPartner = new Map(found.map((row) => [row.partner_id, row]));
        return queries.map(({ obj }) => byPartner.get(obj.id) ?? null);
      },
      opts: { cache: false },
    },
  },
  Pair: {
    nextMeetings: {
      async loader(queries) {
        const found = await rows(
          "meetings",
          `select m.*
           from unnest($2::uuid[]) k(id)
           cross join lateral (
             select m.id, m.pair_id, m.status, m.minutes, m.starts_at, m.ends_at
             from meeting m
             where m.organization_id = $1 and m.pair_id = k.id and m.sort_at >= $3
               and m.status in ('planned', 'scheduled')
             order by m.sort_at, m.id limit $4
           ) m`,
          queries.map(({ obj }) => obj.id),
          new Date(),
          Math.max(...queries.map(({ params }) => params.first)),
        );
        const byPair = Map.groupBy(found, (row) => row.pair_id);
        return queries.map(({ obj, params }) =>
          (byPair.get(obj.id) ?? []).slice(0, params.first).map((row) => ({
            id: row.id,
            status: row.status.toUpperCase(),
            minutes: row.minutes,
            slot: { startsAt: row.starts_at, endsAt: row.ends_at },
          })),
        );
      },
      opts: { cache: false },
    },
  },
};

const app = Fastify();
app.register(mercurius, { schema, resolvers, loaders, jit: 1, graphiql: false });
await app.listen(address);
