// Starts emulate's Google on a loopback port, with what integrations/google-calendar/examples/
// emulate.rs expects in it: node start.mjs PORT
import { createEmulator } from "emulate";

const person = "hana@example.jp";
const event = (id, start, end) => ({
  id,
  user_email: person,
  calendar_id: "primary",
  summary: "SECRET",
  start_date_time: start,
  end_date_time: end,
});

// More than one page of events: emulate gives 250 at most.
const many = Array.from({ length: 300 }, (_, n) => {
  const at = (minutes) => new Date(Date.UTC(2027, 5, 1) + minutes * 60_000).toISOString();
  return event(`many${n}`, at(n * 60), at(n * 60 + 30));
});

const google = await createEmulator({
  service: "google",
  port: Number(process.argv[2]),
  hostname: "127.0.0.1",
  // Where emulate says it is becomes the issuer of its ID tokens: Google's are always this one.
  baseUrl: "https://accounts.google.com",
  seed: {
    google: {
      users: [{ email: person, name: "Hana", hd: "example.jp" }],
      oauth_clients: [
        {
          client_id: "client",
          client_secret: "hush",
          redirect_uris: ["https://taiwa.example.com/calendars/google/callback"],
        },
      ],
      calendars: [
        { id: "primary", user_email: person, summary: person, primary: true, time_zone: "UTC" },
      ],
      calendar_events: [
        event("before", "2027-01-10T23:00:00Z", "2027-01-11T01:00:00Z"),
        event("first", "2027-01-11T03:00:00Z", "2027-01-11T04:00:00Z"),
        event("second", "2027-01-11T03:30:00Z", "2027-01-11T05:00:00Z"),
        event("outside", "2027-01-13T03:00:00Z", "2027-01-13T04:00:00Z"),
        event("0123456789abcdef".repeat(2), "2027-02-01T03:00:00Z", "2027-02-01T03:30:00Z"),
        ...many,
      ],
    },
  },
});

process.on("SIGTERM", async () => {
  await google.close();
  process.exit(0);
});
