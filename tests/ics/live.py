"""Prints fresh feed addresses of the demo's people: python tests/ics/live.py demo.json"""

import json
import sys
import urllib.request

MUTATION = "mutation { rotateCalendarFeed { url userErrors { message } } }"

demo = json.load(open(sys.argv[1], encoding="utf-8"))
for persona in demo["personas"]:
    request = urllib.request.Request(
        demo["url"],
        data=json.dumps({"query": MUTATION}).encode(),
        headers={
            "Content-Type": "application/json",
            "Authorization": f"Bearer {persona['token']}",
        },
    )
    with urllib.request.urlopen(request, timeout=30) as response:
        print(json.load(response)["data"]["rotateCalendarFeed"]["url"])
