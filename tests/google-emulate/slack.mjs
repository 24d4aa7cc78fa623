// Starts emulate's Slack on a loopback port, with whom integrations/slack/examples/emulate-slack.rs
// expects in it: node slack.mjs PORT
import { createEmulator } from "emulate";

const slack = await createEmulator({
  service: "slack",
  port: Number(process.argv[2]),
  hostname: "127.0.0.1",
  seed: {
    slack: {
      team: { name: "Example", domain: "example" },
      users: [{ name: "hana", real_name: "髙橋 花子", email: "hana@example.jp" }],
      bots: [{ name: "taiwa" }],
      strict_scopes: true,
      tokens: [
        {
          token: "xoxb-taiwa",
          user: "taiwa",
          scopes: ["chat:write", "users:read", "users:read.email", "im:write"],
        },
        { token: "xoxb-narrow", user: "taiwa", scopes: ["chat:write"] },
      ],
    },
  },
});

process.on("SIGTERM", async () => {
  await slack.close();
  process.exit(0);
});
